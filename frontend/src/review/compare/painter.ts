/** One WebGL canvas that keeps the last frames of two videos and paints a pair of them. */
import { CHANNELS, FRAGMENT, MODES, VERTEX, type Channel, type Mode } from "./shaders.ts";

export type Look = {
  mode: Mode;
  channel: Channel;
  /** 0 shows the first version only, 1 the second. */
  blend: number;
  /** Where the wipe stands, 0..1 from the left. */
  wipe: number;
  /** In stops. */
  exposure: number;
  gamma: number;
};
export const PLAIN: Look = {
  mode: "single",
  channel: "colour",
  blend: 0.5,
  wipe: 0.5,
  exposure: 0,
  gamma: 1,
};

/** Whether *look* changes a single picture. */
export function isPlain(look: Look): boolean {
  const { mode, channel, exposure, gamma } = look;
  return mode === "single" && channel === "colour" && exposure === 0 && gamma === 1;
}

export class Painter {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #textures: WebGLTexture[][];
  readonly #black: WebGLTexture;

  /** *depth* frames of each video are kept; throws where the browser has no WebGL 2. */
  constructor(canvas: HTMLCanvasElement, depth: number) {
    const gl = canvas.getContext("webgl2", { alpha: false, preserveDrawingBuffer: true });
    if (!gl) throw new Error("WebGL 2 is missing");
    this.#gl = gl;
    this.#program = linked(gl);
    gl.useProgram(this.#program);
    const row = (): WebGLTexture[] => Array.from({ length: depth }, () => texture(gl));
    this.#textures = [row(), row()];
    this.#black = texture(gl);
    const pixel = new Uint8Array([0, 0, 0, 255]);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  }

  /** Keeps the frame that *picture* shows now at *place* of *side* 0 or 1. */
  keep(side: 0 | 1, place: number, picture: HTMLVideoElement | HTMLImageElement): void {
    const gl = this.#gl;
    gl.bindTexture(gl.TEXTURE_2D, this.#textures[side]?.[place] ?? this.#black);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
  }

  /** Paints the kept frames at *places*; undefined: that version has no such frame. */
  paint(look: Look, places: readonly [number | undefined, number | undefined]): void {
    const gl = this.#gl;
    gl.viewport(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight);
    for (const [side, place] of places.entries()) {
      gl.activeTexture(gl.TEXTURE0 + side);
      const kept = place === undefined ? undefined : this.#textures[side]?.[place];
      gl.bindTexture(gl.TEXTURE_2D, kept ?? this.#black);
    }
    this.#whole("one", 0);
    this.#whole("other", 1);
    this.#whole("mode", MODES.indexOf(look.mode));
    this.#whole("channel", CHANNELS.indexOf(look.channel));
    for (const name of ["blend", "wipe", "exposure", "gamma"] as const) {
      gl.uniform1f(gl.getUniformLocation(this.#program, name), look[name]);
    }
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    gl.activeTexture(gl.TEXTURE0);
  }

  #whole(name: string, value: number): void {
    this.#gl.uniform1i(this.#gl.getUniformLocation(this.#program, name), value);
  }
}

function texture(gl: WebGL2RenderingContext): WebGLTexture {
  const made = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, made);
  for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
    gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
  }
  for (const size of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(gl.TEXTURE_2D, size, gl.LINEAR);
  }
  return made;
}

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("WebGL is lost");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS)) return program;
  throw new Error(gl.getProgramInfoLog(program) ?? "the shaders do not fit");
}
