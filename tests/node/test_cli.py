"""The command's answers, errors and exit codes."""

import socket
from pathlib import Path

from hatch_build import compile_catalogues
from jumelage.bridge.api import freight
from tests.node.conftest import PARIS, Jumelage

PACKAGE = Path(__file__).parents[2] / "src" / "jumelage"


def test_version_answers_json(jumelage: Jumelage) -> None:
    told = jumelage.run("version", "--json")

    assert told.code == 0
    assert sorted(told.json()) == ["python", "version"]


def test_command_without_node_says_what_to_do(jumelage: Jumelage) -> None:
    told = jumelage.run("status")

    sentence = f"There is no node in {jumelage.data}. Run `jumelage init` first, or name the folder with --data."
    assert (told.code, told.out, told.err.strip()) == (50, "", sentence)


def test_error_is_json_when_asked(jumelage: Jumelage) -> None:
    told = jumelage.run("status", "--json")

    error = told.json()["error"]
    assert (told.code, error["code"], error["exit_code"]) == (50, "not-initialised", 50)


def test_unknown_command_is_a_usage_error(jumelage: Jumelage) -> None:
    assert jumelage.run("dance").code == 2


def test_debug_shows_where(jumelage: Jumelage) -> None:
    told = jumelage.run("status", "--debug")

    assert told.code == 50
    assert told.err.startswith("Traceback")


def test_bad_setting_is_explained(jumelage: Jumelage) -> None:
    told = jumelage.run("settings", JUMELAGE_PORT="many")

    sentence = "The setting port cannot be “many”: a whole number is expected."
    assert (told.code, told.err.strip()) == (3, sentence)


def test_bad_secret_is_not_repeated(jumelage: Jumelage) -> None:
    told = jumelage.run("settings", JUMELAGE_DATABASE_URL="mysql://root:hunter2@db/node")

    assert told.code == 3
    assert "hunter2" not in told.err + told.out


def test_unknown_setting_in_file_is_named(node: Jumelage) -> None:
    with (node.data / "node.toml").open("a") as file:
        file.write('colour = "red"\n')

    told = node.run("settings")

    assert (told.code, told.err.strip()) == (
        3,
        "The setting colour cannot be “red”: there is no such setting.",
    )


def test_broken_settings_file_is_named(node: Jumelage) -> None:
    (node.data / "node.toml").write_text("slug = ")

    told = node.run("status")

    assert told.code == 3
    assert told.err.startswith(f"The settings file {node.data / 'node.toml'} cannot be read:")


def test_settings_hide_secrets(node: Jumelage) -> None:
    told = node.run("settings", "--json", JUMELAGE_EMAIL_URL="smtp://post:hunter2@mail.example")

    email = next(row for row in told.json() if row["name"] == "email_url")
    assert email == {"name": "email_url", "value": "•••", "from": "JUMELAGE_EMAIL_URL"}


def test_init_without_terminal_names_missing_answers(jumelage: Jumelage) -> None:
    told = jumelage.run("init", "--name-fr", "Paris", "--country", "FR")

    assert told.code == 2
    assert told.err.startswith("Some answers are missing: --name-en, --time-zone, --city-language.")
    assert not jumelage.data.exists()


def test_init_in_a_folder_that_cannot_be_made(jumelage: Jumelage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    told = jumelage.on(tmp_path / "file" / "node").run("init", *PARIS)

    assert told.code == 53
    assert told.err.startswith(f"{tmp_path / 'file' / 'node'} cannot be written:")


def test_init_again_changes_nothing(node: Jumelage) -> None:
    keys = {file.name: file.read_bytes() for file in node.data.glob("*.key")}

    again = node.run("init", *PARIS, "--json")

    assert (again.code, again.json()["new"]) == (0, False)
    assert {file.name: file.read_bytes() for file in node.data.glob("*.key")} == keys


def test_init_finishes_what_was_interrupted(node: Jumelage) -> None:
    for file in node.data.iterdir():
        if file.name != "node.toml":
            file.unlink()

    again = node.run("init", "--json")

    assert (again.code, len(again.json()["origin"])) == (0, 32)
    assert (node.data / "node.key").stat().st_mode & 0o777 == 0o600


def test_init_refuses_another_city(node: Jumelage) -> None:
    told = node.run("init", *PARIS[:6], "--time-zone", "Europe/Rome", "--city-language", "fr")

    assert told.code == 51
    assert told.err.strip().endswith(
        "its time_zone is “Europe/Paris”, not “Europe/Rome”. Nothing was changed."
    )


def test_status_of_a_new_node(node: Jumelage) -> None:
    told = node.run("status", "--json").json()

    assert (told["city"], told["running"], told["lines"], told["renewals"]) == (
        "paris",
        False,
        [],
        [],
    )
    assert told["records"] == {"own": 0, "copied": 0, "not_applied": 0}


def test_status_crossing_names_only_what_pairing_opens(node: Jumelage) -> None:
    told = node.run("status", "--crossing", "--json").json()

    assert {row["because"] for row in told} == {"opened by the pairing itself"}
    assert all(row["fields"] and row["sent"] == 0 for row in told)


def test_messages_are_french_when_asked(node: Jumelage) -> None:
    compile_catalogues(PACKAGE / "node")

    told = node.run("status", "--language", "fr")

    assert told.out.splitlines()[-1] == "Jumelé avec personne encore\u202f: jumelage pair invite"


def test_messages_follow_the_terminal(jumelage: Jumelage) -> None:
    compile_catalogues(PACKAGE / "node")

    told = jumelage.run("status", LANG="fr_FR.UTF-8")

    assert told.err.startswith("Il n’y a pas de nœud dans")


def test_doctor_finds_a_healthy_node(node: Jumelage) -> None:
    told = node.run("doctor", "--json")

    levels = {row["check"]: row["level"] for row in told.json()["findings"]}
    assert (told.code, told.json()["healthy"]) == (0, True)
    assert levels["database"] == levels["migrations"] == levels["node.key"] == "good"
    assert levels["signing"] == levels["writing"] == levels["worker"] == "good"
    assert levels["recovery key"] == "notice"


def test_doctor_tells_which_kernel_settings_slow_freight(node: Jumelage) -> None:
    lines = freight.kernel_advice()

    told = {row["check"]: row for row in node.run("doctor", "--json").json()["findings"]}

    assert told["freight"]["level"] == ("notice" if lines else "good")
    assert [line for line in lines if line not in told["freight"]["advice"]] == []


def test_doctor_finds_a_readable_key_and_a_taken_port(node: Jumelage) -> None:
    (node.data / "node.key").chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        told = node.run("doctor", "--json", JUMELAGE_PORT=str(taken.getsockname()[1]))

    problems = {row["check"] for row in told.json()["findings"] if row["level"] == "problem"}
    assert (told.code, problems) == (58, {"node.key", "signing", "port"})


def test_doctor_without_database_says_so(node: Jumelage) -> None:
    told = node.run("doctor", "--json", JUMELAGE_DATABASE_URL="postgresql://a:b@127.0.0.1:1/c")

    assert told.code == 58
    assert told.json()["findings"][-1]["check"] == "database"
    assert told.json()["findings"][-1]["level"] == "problem"


def test_user_gets_a_link_and_roles(node: Jumelage) -> None:
    created = node.run("user", "create", "officer@paris.invalid", "--role", "officer", "--json")
    node.run("user", "grant", "officer@paris.invalid", "observer")
    listed = {row["email"]: row["roles"] for row in node.run("user", "list", "--json").json()}

    assert "/fr/account/password/reset/key/" in created.json()["link"]
    assert listed["officer@paris.invalid"] == ["member", "observer", "officer"]
    assert listed["administrator@paris.invalid"] == ["administrator", "member"]


def test_user_with_unknown_role_is_refused(node: Jumelage) -> None:
    told = node.run("user", "create", "x@paris.invalid", "--role", "king")

    assert told.code == 2
    assert told.err.startswith("This cannot be accepted: there is no role “king”")


def test_user_grant_to_nobody_is_refused(node: Jumelage) -> None:
    told = node.run("user", "grant", "nobody@paris.invalid", "officer")

    assert (told.code, told.err.strip()) == (
        67,
        "Nobody has an account under nobody@paris.invalid.",
    )


def test_pair_invitation_is_listed_and_withdrawn(node: Jumelage, tmp_path: Path) -> None:
    invited = node.run("pair", "invite", "--file", str(tmp_path / "invitation"), "--json").json()
    withdrawn = node.run("pair", "refuse", "--json").json()

    assert invited["address"].startswith("http://127.0.0.1:")
    assert (tmp_path / "invitation").stat().st_size > 200
    assert (withdrawn["number"], withdrawn["state"]) == (invited["number"], "cancelled")
    assert node.run("pair", "confirm", "--yes").code == 2


def test_agreement_goes_in_and_out_unchanged(node: Jumelage, tmp_path: Path) -> None:
    source = PACKAGE / "components/agreement/data/paris-san-francisco.yaml"
    node.run("import", "organisations", str(PACKAGE / "directory/data/actors.yaml"))
    imported = node.run("import", "agreement", str(source), "--json")
    out = tmp_path / "out.yaml"

    exported = node.run("export", "agreement", "--file", str(out))
    again = node.run("import", "agreement", str(out), "--json")

    text = node.run("export", "text", "memorandum-2009", "--language", "fr")
    report = node.run("report", "2013", "--file", str(tmp_path / "report.pdf"))
    frozen = node.run("report", "2013", "--format", "json", "--freeze")

    assert (imported.code, exported.code, report.code) == (0, 0, 0)
    assert frozen.code == 4  # an administrator does not speak for the city
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert (text.code, text.out.startswith("<?xml")) == (0, True)
    assert again.json() == imported.json()
    assert node.run("export", "agreement", "--file", str(out)).code == 61


def test_agreement_that_is_none_is_refused_whole(node: Jumelage, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("partnership: 3\n")

    told = node.run("import", "agreement", str(tmp_path / "bad.yaml"))

    assert told.code == 2
    assert node.run("status", "--json").json()["records"]["own"] == 0
