"""Lists of invented and of everyday words, the common ones first."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


STREET_KINDS = _words("Road Street Avenue Lane Close Gardens Terrace Crescent Grove Way Court Place")
COMMON_STREETS = (
    "High Street", "Church Road", "Station Road", "Park Road", "Victoria Road", "Mill Lane", "Green Lane", "Manor Road",
    "Grove Road", "London Road", "School Lane", "Queens Road", "Albert Road", "York Street", "Kings Avenue",
)  # fmt: skip
"""Names that most towns have."""
ABBREVIATED = {
    "Road": "Rd", "Street": "St", "Avenue": "Ave", "Lane": "Ln", "Close": "Cl", "Gardens": "Gdns", "Terrace": "Ter",
    "Crescent": "Cres", "Grove": "Gr", "Court": "Ct", "Place": "Pl", "House": "Hse", "Flat": "Apt", "Limited": "Ltd",
    "Company": "Co", "and": "&", "School": "Sch", "Primary": "Prim", "Association": "Assoc", "International": "Intl",
    "Proceedings": "Proc", "Conference": "Conf", "Journal": "J", "Services": "Svcs", "Academy": "Acad",
    "Centre": "Ctr", "Nursery": "Nurs",
}  # fmt: skip
BUILDINGS = _words("Kestrel Plover Linnet Otter Compass Lantern Harbour Alder Juniper Saffron Tansy Heron Barley Flint")
BUILDING_KINDS = _words("House Court Lodge Mansions Point Heights")

JOBS = tuple(
    f"{where} {what}"
    for where in _words("Town Ship Mill Coal Farm Road Iron Wool Lock Clock Dock Brick Glass Book Bread")
    for what in _words("Smith Master Clerk Hand Agent Dealer Fitter")
)
GROUPS = _words("A1 A2 A3 B1 B2 C1 C2 D1 E1")
GIVEN_FORMS = tuple(
    tuple(forms.split("/"))
    for forms in _words(
        """
        Mohammed/Muhammad/Mohamed Yusuf/Youssef/Yousif Aisha/Ayesha/Aicha Ekaterina/Yekaterina/Katerina
        Dmitri/Dmitry/Dimitri Yulia/Julia/Iuliia Sergey/Serhii/Sergei Olena/Elena/Olenna Zoë/Zoe/Zoé José/Jose/Josè
        Björn/Bjorn/Bjoern Łukasz/Lukasz/Lucas Gülşen/Gulsen/Guelsen Şükrü/Sukru/Shukru Xiaoming/Hsiaoming/Xiao-Ming
        Nguyen/Nguyên/Nguen Hussein/Husain/Hussain Fatima/Fatimah/Fatma Abdulla/Abdullah/Abdallah
        Tetyana/Tatiana/Tatyana Siân/Sian/Shan François/Francois/Fransois Małgorzata/Malgorzata/Margorzata
        Çağla/Cagla/Chagla Kwabena/Kwabina/Kobina Amara/Amarah/Ammara Mykola/Nikolai/Nikolay Khadija/Khadijah/Hadija
        Jürgen/Jurgen/Juergen Anaïs/Anais/Annais
        """
    )
)
FAMILY_ENDINGS = tuple(
    tuple(forms.split("/"))
    for forms in _words(
        """
        ov/off/ow ev/eff/iev ović/ovic/ovich ski/sky/skyi ğlu/glu/ghlu ková/kova/kowa zadeh/zade/sadeh yan/ian/jan
        enko/yenko/ienko ström/strom/stroem ñez/nez/nyez çelik/celik/chelik
        """
    )
)

TRADES = _words("Cafe Bakery Kitchen Grill Stores News Pharmacy Salon Tavern Pizza Takeaway")
FIRST_WORDS = _words("Golden Royal Little Corner Star City Green Blue Happy Lucky Crown Sunny Village Bridge Spice")
SERVICES = {
    "Care Home": "Cartref Gofal", "Nursery": "Meithrinfa", "Dental Practice": "Deintyddfa", "Surgery": "Meddygfa",
    "Housing Association": "Cymdeithas Tai", "Youth Club": "Clwb Ieuenctid", "Day Centre": "Canolfan Ddydd",
}  # fmt: skip
"""What an organisation does, in either language."""
COMPANY_TAILS = ("Limited", "Company Limited", "Group", "Services Limited", "Trust", "and Sons Limited", "Partnership")
SAINTS = _words("Mary Anne Peter Paul Luke John James Agnes Helen Clare Mark George Andrew Joseph Cuthbert Hilda")
LEVELS = {
    "Primary School": "Ysgol Gynradd", "Academy": "Academi", "High School": "Ysgol Uwchradd",
    "Infant School": "Ysgol Fabanod", "Junior School": "Ysgol Iau", "Nursery School": "Ysgol Feithrin",
}  # fmt: skip
"""What kind of school it is, in either language."""
TOPICS = _words(
    """
    adaptive approximate bayesian causal cached clustered compressed concurrent continuous deep distributed dynamic
    efficient federated fuzzy graph hierarchical hybrid incremental indexed interactive joint kernel latent linear local
    mobile modular multilevel nested online optimal parallel partial private probabilistic queries ranking recursive
    relational robust sampling scalable semantic sequential similarity sketches sparse spatial stream structured
    temporal threshold transactions trees uncertain views visual warehouses weighted workflows mining matching learning
    estimation retrieval integration storage recovery optimisation aggregation partitioning replication schemas joins
    """
)
VENUES = {
    "Journal of Record Studies": "J Rec Stud",
    "Proceedings of the Conference on Large Tables": "PCLT",
    "International Journal of Indexing": "Int J Indexing",
    "Conference on Data and Streets": "CDS",
    "Transactions on Registers": "TOR",
    "Annals of Applied Matching": "Ann Appl Matching",
}
"""Where papers appear, and how others write it."""
MAKERS = _words("Ostrava Belmar Kintra Zelion Norvik Calder Sonara Tarvo Ultima Veltra Quorra Hexam Lumio Drayton")
GOODS = _words("Kettle Toaster Headphones Monitor Keyboard Speaker Drill Camera Router Lamp")
SHADES = _words("Black White Silver Red Blue Graphite")
EXTRAS = ("with stand", "cordless", "compact", "portable", "4-pack", "refurbished", "with case", "wireless")
EVENTS = ("fire", "false alarm", "flood", "inspection", "lift", "complaint", "noise")
