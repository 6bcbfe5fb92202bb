/** The picture of one or two versions: every way to compare and to look, in one program. */

export const MODES = ["single", "beside", "overlay", "wipe", "difference"] as const;
export type Mode = (typeof MODES)[number];
export const CHANNELS = ["colour", "red", "green", "blue", "luma"] as const;
export type Channel = (typeof CHANNELS)[number];

export const VERTEX = `#version 300 es
out vec2 place;
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  place = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/** Exposure is applied to light, not to code values: the proxies are BT.709 shown at gamma 2.4.
 * Source: ITU-R BT.709-6 (luma weights), ITU-R BT.1886 (display gamma).
 */
export const FRAGMENT = `#version 300 es
precision highp float;
in vec2 place;
out vec4 colour;
uniform sampler2D one;
uniform sampler2D other;
uniform int mode;
uniform int channel;
uniform float blend;
uniform float wipe;
uniform float exposure;
uniform float gamma;
const float SHOWN = 2.4;
const vec3 LUMA = vec3(0.2126, 0.7152, 0.0722);

vec4 half_of(sampler2D picture, float left) {
  vec2 at = vec2((place.x - left) * 2.0, (place.y - 0.25) * 2.0);
  bool inside = at.x >= 0.0 && at.x < 1.0 && at.y >= 0.0 && at.y < 1.0;
  return inside ? texture(picture, at) : vec4(0.0);
}

vec3 picture() {
  vec3 a = texture(one, place).rgb;
  if (mode == 0) return a;
  vec3 b = texture(other, place).rgb;
  if (mode == 1) return place.x < 0.5 ? half_of(one, 0.0).rgb : half_of(other, 0.5).rgb;
  if (mode == 2) return mix(a, b, blend);
  if (mode == 3) return place.x < wipe ? a : b;
  return abs(a - b);
}

void main() {
  vec3 light = pow(max(picture(), 0.0), vec3(SHOWN)) * exp2(exposure);
  vec3 seen = pow(pow(light, vec3(1.0 / SHOWN)), vec3(1.0 / gamma));
  if (channel == 1) seen = seen.rrr;
  if (channel == 2) seen = seen.ggg;
  if (channel == 3) seen = seen.bbb;
  if (channel == 4) seen = vec3(dot(seen, LUMA));
  colour = vec4(clamp(seen, 0.0, 1.0), 1.0);
}`;
