/* zones_title.c - where a posting says its title, when none was given: behind a label of its own,
 * or in its first line. */
#include <string.h>

#include "extract_int.h"

/* Words that a title has, and words that make a line a sentence. */
static const char *const trades[] = {
    "developer", "engineer", "architect", "consultant", "specialist", "manager", "analyst",
    "administrator", "programmer", "nurse", "technician", "assistant", "designer", "driver",
    "operator", "surveyor", "accountant", "teacher", "chef", "cook", "paralegal", "solicitor",
    "lawyer", "clerk", "officer", "supervisor", "coordinator", "executive", "director", "buyer",
    "planner", "scientist", "electrician", "plumber", "welder", "carpenter", "joiner",
    "bricklayer", "mechanic", "fitter", "cleaner", "receptionist", "therapist", "pharmacist",
    "midwife", "doctor", "carer", "worker", "advisor", "adviser", "representative", "associate",
    "lecturer", "tutor", "entwickler", "entwicklerin", "ingenieur", "développeur", "ingénieur",
    "desarrollador", "ontwikkelaar", "pflegefachkraft", "sachbearbeiter", "sachbearbeiterin",
    "buchhalter", "buchhalterin", "koch", "köchin", "techniker", "elektroniker", "mechatroniker",
    "softwareentwickler", "projektleiter", "monteur", "verkäufer", "fahrer", "verzorgende",
    "verpleegkundige", "servicemonteur", "chauffeur", "vrachtwagenchauffeur", "docent",
    "leerkracht", "accountmanager", "medewerker", "adviseur", "kok", "elektricien", "boekhouder",
    "undersköterska", "sjuksköterska", "lärare", "elektriker", "kock", "ekonom",
    "redovisningsekonom", "chaufför", "utvecklare", "systemutvecklare", "ingenjör", "säljare",
    "svetsare", "snickare", "projektledare", "handläggare", "programista", "pielęgniarka",
    "pielęgniarz", "kierowca", "magazynier", "księgowa", "księgowy", "specjalista",
    "specjalistka", "kucharz", "elektryk", "spawacz", "mechanik", "nauczyciel", "inżynier",
    "sprzedawca", "przedstawiciel", "doradca", "analityk", "monter", "inspektor", "operative",
    "partner", "handler", "hygienist", "labourer", "tester", "controller", "auditor",
    "bookkeeper", "inspector", "instructor", "estimator", "porter", "butcher", "baker", "barista",
    "waiter", "waitress", "bartender", "housekeeper", "gardener", "machinist", "plasterer",
    "roofer", "secretary", "librarian", "dentist", "recruiter", "trainer", "caretaker",
    "underwriter", "paramedic", "radiographer", "merchandiser", "hacker", "marketer",
    "researcher", "editor", "writer", "broker", "producer", "artist", "actuary", "economist",
    "psychologist", "physiotherapist", "dietitian", "counsellor", "geologist", "chemist",
    "biologist", "physicist", "veterinarian", "optometrist", "photographer", "translator",
    "interpreter", "stylist", "hairdresser", "beautician", "guard", "courier", "picker", "packer",
    "foreman", "pilot", "steward", "stewardess", "janitor", "phlebotomist", "sonographer",
    "statistician", "copywriter", "strategist", "negotiator", "valuer", "conveyancer", "nanny",
    "childminder", "groundworker", "scaffolder", "painter", "decorator", "tiler", "glazier",
    "locksmith", "blacksmith", "farmer", "florist", "tailor", "jeweller", "lifeguard", "croupier",
    "concierge", "valet", "headteacher",
    /* fr, es, it, pt, ro; the other gender where it is another word */
    "développeuse", "technicien", "technicienne", "infirmier", "infirmière", "comptable",
    "conducteur", "conductrice", "soudeur", "cuisinier", "cuisinière", "enseignant", "professeur",
    "juriste", "avocat", "assistante", "vendeur", "vendeuse", "commercial", "commerciale",
    "agent", "mécanicien", "électricien", "plombier", "menuisier", "serveur", "serveuse",
    "chargé", "chargée", "conseiller", "conseillère", "magasinier", "préparateur", "opérateur",
    "éducateur", "éducatrice", "gestionnaire", "responsable", "ouvrier", "pharmacien", "analyste",
    "técnico", "técnica", "ingeniero", "ingeniera", "programador", "programadora",
    "desarrolladora", "enfermero", "enfermera", "contable", "contador", "contadora", "conductor",
    "conductora", "chofer", "chófer", "soldador", "cocinero", "cocinera", "profesor", "profesora",
    "abogado", "abogada", "auxiliar", "administrativo", "administrativa", "operario", "operaria",
    "vendedor", "vendedora", "mecánico", "electricista", "fontanero", "camarero", "camarera",
    "recepcionista", "coordinador", "coordinadora", "mozo", "almacenista", "carretillero",
    "gestor", "analista", "consultor", "consultora", "asesor", "asesora", "ejecutivo",
    "sviluppatore", "sviluppatrice", "programmatore", "ingegnere", "tecnico", "impiegato",
    "impiegata", "infermiere", "infermiera", "ragioniere", "autista", "saldatore", "cuoco",
    "cuoca", "docente", "avvocato", "operaio", "operaia", "operatore", "operatrice",
    "elettricista", "idraulico", "cameriere", "cameriera", "magazziniere", "magazziniera",
    "addetto", "addetta", "commesso", "commessa", "desenvolvedor", "desenvolvedora", "engenheiro",
    "engenheira", "enfermeiro", "enfermeira", "contabilista", "motorista", "cozinheiro",
    "cozinheira", "professora", "advogado", "advogada", "assistente", "operador", "operadora",
    "eletricista", "encanador", "canalizador", "garçom", "empregado", "empregada", "coordenador",
    "coordenadora", "programator", "programatoare", "inginer", "ingineră", "tehnician",
    "asistent", "asistentă", "contabil", "contabilă", "șofer", "sudor", "lăcătuș", "bucătar",
    "vânzător", "vânzătoare", "muncitor", "ospătar", "consilier", NULL};
static const char *const sentence[] = {
    "we", "you", "your", "our", "is", "are", "will", "as", "looking", "join", "with", "to",
    "experience", "wir", "nous", "vous", "sucht", "suchen", "zoekt", "zoeken", "wij", "vi",
    "söker", "szukamy", "poszukujemy", "zatrudni", "buscamos", "be", "have", "has", "work",
    "recherche", "recherchons", "cherche", "busca", "precisa", "selecciona", "seleccionamos",
    "necesita", "requiere", "incorpora", "somos", "cerca", "cerchiamo", "ricerca", "seleziona",
    "siamo", "procura", "procuramos", "contrata", "recruta", "admite", "angajează", "angajăm",
    "caută", "căutăm", "suntem", NULL};

void titles_init(struct jm_extractor *x)
{
    set_add_words(&x->titles, trades);
    set_add_words(&x->sentence_words, sentence);
}

/* "Job title: Reach Truck Operator", "POSITION: Paralegal  REF: 12": what stands behind the label,
 * in the first lines; [*from, *to). */
static bool labelled_title(const struct jm_text_view *v, size_t *from, size_t *to)
{
    enum { FIRST = 60, LONGEST = 16 };
    static const char *const labels[] = {
        "title",   "advert", "hiring", "opening", "position", "role",    "vacancy",   "post",       "stelle",
        "stellenbezeichnung", "poste", "puesto", "functie", "posizione", "stanowisko",
        "tjänst",  "befattning", "funcția", "postul", "cargo", NULL};
    static const char *const before[] = {"job", "position", "post", "role", "vacancy", "we", "re",
                                         "are", "now", "open", NULL};
    for (size_t i = 0; i + 1 < v->n_tokens && i < FIRST; i++) {
        if (!zone_line_starts(v, i))
            continue;
        size_t label = i; /* "Job title:", "We're hiring:" */
        while (label < i + 2 && fact_word_at(v, label, before) && !zone_colon_before(v, label + 1))
            label++;
        if (!zone_colon_before(v, label + 1) || zone_line_starts(v, label + 1) ||
            !fact_word_at(v, label, labels))
            continue;
        *from = *to = label + 1;
        while (*to < v->n_tokens && !zone_line_starts(v, *to) && *to - *from < LONGEST)
            ++*to;
        for (size_t k = *from + 1; k < *to; k++)
            if (zone_colon_before(v, k)) /* another label */
                *to = k - 1;
        return *to > *from;
    }
    return false;
}

/* "(m/w/d)", "(m/v/x)", "K/M": only titles have it. */
static bool any_gender(const struct jm_text_view *v, size_t i)
{
    static const char *const genders[] = {"m", "w", "f", "v", "k", "h", NULL};
    return i + 1 < v->n_tokens && v->tokens[i + 1].gap == JM_GAP_SLASH &&
           fact_word_at(v, i, genders) && fact_word_at(v, i + 1, genders);
}

/* "Lagerarbetare med truckkort": a trade of the dictionary begins the text. The list above has those of
 * English. */
static bool named_first(const struct jm_extractor *x)
{
    const struct hit *h = x->cands.a;
    if (x->facts.lang <= JM_LANG_EN || !x->cands.n || h->tok)
        return false;
    const struct surface *s = surface_of(x, h);
    return s->gate == GATE_NONE && (s->kind == JM_SKILL_TASK || s->kind == JM_SKILL_FIELD);
}

/* How many tokens of the text's first line are a job title, when none was given: a short line that
 * names a trade or says that any gender will do, and is no sentence. */
static size_t title_line(const struct jm_extractor *x)
{
    const struct jm_text_view *v = x->v;
    const unsigned apart = JM_GAP_OPEN | JM_GAP_STOP | JM_GAP_COLON | JM_GAP_BULLET;
    size_t n = 0, part = 0; /* what a bracket or a dash parts off may be a sentence */
    bool trade = named_first(x);
    while (n < v->n_tokens && n < 26 && (n == 0 || !zone_line_starts(v, n))) {
        unsigned gap = v->tokens[n].gap;
        if (trade && !part && ((gap & apart) || is_dash(gap)))
            part = n;
        if (set_has(&x->sentence_words, v->tokens[n].hash))
            return part;
        trade |= (n < 8 && set_has(&x->titles, v->tokens[n].hash)) || any_gender(v, n);
        n++;
    }
    return trade && n < 26 ? n : part;
}

void zones_title(struct jm_extractor *x)
{
    size_t from, to;
    if (!labelled_title(x->v, &from, &to)) {
        from = 0;
        to = title_line(x);
    }
    if (from < to) /* an empty text has no zones */
        memset(x->zone + from, JM_ZONE_TITLE, to - from);
}
