"""Refuse answers that would make a broken project, before any file is written.

cookiecutter fills the answers in and runs this file alone, so it uses the standard library only and writes ASCII only.
The refusals for a copier user are in answers.jinja; a test holds the two together.
"""

import json
import re
import sys

# Text between these quotes holds no quote: tojson writes it as an escape.
ANSWERS = json.loads(r"""{{ cookiecutter | tojson }}""")

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
    faults = [*text_faults(), *slug_faults(), *choice_faults(), *derived_faults()]
    for question, fault, remedy in faults:
        print("\nQuestion " + question + ": " + fault, file=sys.stderr)
        print("  What to do: " + remedy, file=sys.stderr)
    if faults:
        print("\nNothing was written.", file=sys.stderr)
    return 1 if faults else 0


def text_faults():
    for question, example in EXAMPLES.items():
        remedy = "answer in words, for example: " + example
        answer = ANSWERS.get(question)
        if not isinstance(answer, str):
            yield question, "the answer is not text.", "put quotes around it in the file that it comes from"
        elif not answer.strip():
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
    if not isinstance(slug, str) or not slug:
        yield "project_slug", "the folder name is empty.", remedy
    elif "/" in slug or "\\" in slug:
        yield "project_slug", "a folder name cannot hold a slash.", remedy
    elif slug.lower() in RESERVED:
        yield "project_slug", "Windows keeps the name " + slug.lower() + " for itself.", remedy
    elif len(slug) > 40:
        yield "project_slug", "the folder name has " + str(len(slug)) + " characters, and 40 are the most.", remedy
    elif not re.fullmatch(SLUG, slug):
        yield "project_slug", "the folder name holds something else, or does not start with a letter.", remedy


def choice_faults():
    for question, choices in CHOICES.items():
        if ANSWERS.get(question) not in choices:
            yield question, "the answer is none of the choices.", "answer one of: " + ", ".join(choices)


def derived_faults():
    """A replayed file holds what was worked out from the answers too: changed by hand, the two may disagree."""
    for question in EXAMPLES:
        answer = ANSWERS.get(question)
        if not isinstance(answer, str):
            continue
        quoted = '"' + answer.replace("\\", "\\\\").replace('"', '\\"') + '"'
        if (ANSWERS.get("__md_" + question), ANSWERS.get("__q_" + question)) != (markdown(answer), quoted):
            remedy = "put your answers under default_context: in a YAML file, and use --no-input --config-file FILE"
            yield question, "the replayed file was changed by hand.", remedy


def markdown(text):
    """Escape as cookiecutter.json does."""
    text = text.strip()
    for plain, escaped in ANSWERS["_markdown_escapes"]:
        text = text.replace(plain, escaped)
    word = text.split()[0] if text else ""
    if text[:1] in ("-", "+", "="):
        return "\\" + text
    if word[:-1].isdigit() and word[-1:] in (".", ")"):
        return word[:-1] + "\\" + text[len(word) - 1 :]
    return text


if __name__ == "__main__":
    sys.stderr.reconfigure(errors="backslashreplace")
    sys.exit(main())
