"""Refuse answers that would make a broken project, before any file is written.

cookiecutter fills the answers in and runs this file alone, so it uses the standard library only and writes ASCII only.
The refusals for a copier user are in answers.jinja; a test holds the two together.
"""

import json
import re
import sys

# Text between these quotes holds no quote: tojson writes it as an escape.
ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")
# The answers as they stood in a file, where they came from one: cookiecutter takes the first of a list for the answer.
GIVEN = json.loads(r"""{{ _cookiecutter | default({}) | tojson }}""")

EXAMPLES = {
    "project_name": "Rough sleeping and housing support demand",
    "outcome": "Fewer people sleep rough, because support reaches them sooner.",
    "lead_organisation": "Example Borough Council",
    "partner_organisations": "Example Partner Council, Example Outreach Charity",
    "contact": "data.team@example.org",
}
CHOICES = {
    "methods": ["linkage-and-forecasting", "linkage", "forecasting"],
    "data_class": ["personal", "special-category", "open"],
    "dvc_remote": ["none", "folder", "s3", "azure", "ssh"],
    "licence": ["mit", "internal"],
}
# What is there only where the answer to a question holds a word, and is empty where it does not.
FOLLOWING = {
    "__links": ("yes", "methods", "linkage"),
    "__forecasts": ("yes", "methods", "forecasting"),
    "__housing_contract": ("housing.yaml", "methods", "linkage"),
    "__outreach_contract": ("outreach.yaml", "methods", "linkage"),
    "__contacts_contract": ("contacts.yaml", "methods", "forecasting"),
    "__link_notebook": ("20_link.ipynb", "methods", "linkage"),
    "__forecast_notebook": ("30_forecast.ipynb", "methods", "forecasting"),
    "__s3_requirements": ("requirements-s3.txt", "dvc_remote", "s3"),
    "__azure_requirements": ("requirements-azure.txt", "dvc_remote", "azure"),
    "__ssh_requirements": ("requirements-ssh.txt", "dvc_remote", "ssh"),
    "__docs_licence": ("LICENSE-DOCS.md", "licence", "mit"),
}
SLUG = "[a-z][a-z0-9-]{0,39}"
RESERVED = {"con", "prn", "aux", "nul", *(name + digit for name in ("com", "lpt") for digit in "0123456789")}
LONGEST = 500
# Control characters, line and paragraph separators, marks that turn the direction of text or cannot be seen, halves of
# characters, and code points that are no characters. The joiners U+200C and U+200D stay: names and emoji need them.
UNSEEN = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\uffff\U000e0000-\U000e0fff"
)


def main() -> int:
    faults = [*kind_faults(), *text_faults(), *slug_faults(), *choice_faults(), *derived_faults()]
    for question, fault, remedy in faults:
        print("\nQuestion " + question + ": " + fault, file=sys.stderr)
        print("  What to do: " + remedy, file=sys.stderr)
    if faults:
        print("\nNothing was written. Run the command again, and answer as said above.", file=sys.stderr)
        print("(What follows is cookiecutter's own way to say that it stopped here.)\n", file=sys.stderr)
    return 1 if faults else 0


def kind_faults():
    """YAML reads words such as yes and 42 as something else than text, and cookiecutter lets it through."""
    for question in (*EXAMPLES, "project_slug"):
        answer, given = ANSWERS.get(question), GIVEN.get(question)
        unquoted = given is not None and not isinstance(given, str) and str(given) == answer
        if isinstance(given, list):
            remedy = "write one text in quotes, with commas where it names several"
            yield question, "the answer is a list, of which only the first would be kept.", remedy
        elif question in EXAMPLES and (not isinstance(answer, str) or unquoted):
            yield question, "the answer is not text.", "put quotes around it in the file that it comes from"


def text_faults():
    for question, example in EXAMPLES.items():
        remedy = "answer in words, for example: " + example
        answer = ANSWERS.get(question)
        if not isinstance(answer, str):
            continue
        if not answer.strip():
            yield question, "the answer is empty.", remedy
        elif unseen := re.search("[" + UNSEEN + "]", answer):
            where = "character " + str(unseen.start() + 1) + " (U+" + format(ord(unseen.group()), "04X") + ")"
            yield question, where + " is a line break or cannot be seen.", "type the answer again on one line"
        elif len(answer) > LONGEST:
            fault = "the answer has " + str(len(answer)) + " characters, and " + str(LONGEST) + " are the most."
            yield question, fault, "shorten it: details go into the method pages later"


def slug_faults():
    slug = ANSWERS.get("project_slug")
    remedy = "use small letters, digits and hyphens, starting with a letter, for example: rough-sleeping"
    if not isinstance(slug, str):
        yield "project_slug", "the folder name is not text.", remedy
    elif not slug:
        yield "project_slug", "the folder name is empty.", remedy
    elif "/" in slug or "\\" in slug:
        yield "project_slug", "a folder name cannot hold a slash.", remedy
    elif slug.lower() in RESERVED:
        yield "project_slug", "Windows keeps the name " + slug.lower() + " for itself.", remedy
    elif len(slug) > 40:
        yield "project_slug", "the folder name has " + str(len(slug)) + " characters, and 40 are the most.", remedy
    elif not re.fullmatch(SLUG, slug):
        yield "project_slug", "the folder name " + " and ".join(slug_marks(slug)) + ".", remedy


def slug_marks(slug):
    if re.search("[A-Z]", slug):
        yield "has capitals"
    if " " in slug:
        yield "has spaces"
    if other := re.search("[^A-Za-z0-9 -]", slug):
        sign = other.group()
        yield "has the sign " + sign if sign.isprintable() else "has a sign that cannot be seen"
    if re.match("[0-9]", slug):
        yield "starts with a digit"
    if slug.startswith("-"):
        yield "starts with a hyphen"


def choice_faults():
    for question, choices in CHOICES.items():
        given = GIVEN.get(question)
        if isinstance(given, list) and 1 < len(given) < len(choices):
            yield question, "the answer is several of the choices.", "answer one of: " + ", ".join(choices)
        elif ANSWERS.get(question) not in choices:
            yield question, "the answer is none of the choices.", "answer one of: " + ", ".join(choices)


def derived_faults():
    """A replayed file holds what was worked out from the answers too: changed by hand, the two may disagree."""
    derived = {}
    for question in EXAMPLES:
        answer = str(ANSWERS.get(question))
        derived["__md_" + question] = question, markdown(answer)
        derived["__q_" + question] = question, '"' + answer.replace("\\", "\\\\").replace('"', '\\"') + '"'
    for name, (value, question, word) in FOLLOWING.items():
        derived[name] = question, value if word in str(ANSWERS.get(question)) else ""
    changed = {question for name, (question, value) in derived.items() if ANSWERS.get(name) != value}
    remedy = "put your answers under default_context: in a YAML file, and use --no-input --config-file FILE"
    for question in (*EXAMPLES, *CHOICES):
        if question in changed:
            yield question, "the replayed file was changed by hand.", remedy


def markdown(text):
    """Escape as cookiecutter.json does.

    People read these pages as they are, too: & and < stay where they cannot begin an entity, a tag or an address.
    """
    text, *pieces = text.strip().split("&")
    for piece in pieces:
        text += ("&amp;" if ";" in piece and piece.split(";")[0].isalnum() else "&") + piece
    text, *pieces = text.split("<")
    for piece in pieces:
        tag = piece[:1].isalpha() or piece[:1] in ("/", "!", "?") or "@" in piece
        text += ("&lt;" if tag else "<") + piece
    for plain, escaped in ANSWERS["_markdown_escapes"]:
        text = text.replace(plain, escaped)
    word = text.split()[0] if text else ""
    if text[:1] in ("-", "+", "=", ">"):
        return "\\" + text
    if word[:-1].isdigit() and word[-1:] in (".", ")"):
        return word[:-1] + "\\" + text[len(word) - 1 :]
    return text


if __name__ == "__main__":
    sys.stderr.reconfigure(errors="backslashreplace")
    sys.exit(main())
