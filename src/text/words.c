/* words.c - small words: stop words of ten languages, and the words every job ad has.
 *
 * Stop words decide the language and are no features; "boiler" words (experience, team, apply)
 * are no features either, because they are in every document and tell nothing apart. */
#include <stdlib.h>
#include <string.h>

#include "text_int.h"

static const char *const stop_words[JM_LANGS] = {
    [JM_LANG_EN] = "the a an and or of to in for on with at by from as is are be been being was "
        "were will "
        "would can could should may might must shall do does did have has had having this that "
        "these "
        "those it its our we you your they their them he she his her who whom which what where "
        "when why "
        "how all any both each few more most other some such no nor not only own same so than "
        "too very "
        "just also into about over under between through during before after above below up down "
        "out "
        "off again further then once here there if but because while until against per via us i "
        "my me "
        "within across including using well etc every either neither upon among without toward "
        "towards "
        "whether yet let one two",
    [JM_LANG_DE] = "der die das und oder ein eine einer eines einem einen ist sind war waren "
        "wird werden "
        "wurde mit von zu zum zur im in am an auf aus bei für nach über unter vor durch um als "
        "wie auch "
        "nicht kein keine sie wir ihr ihre ihren ihnen uns unser unsere unseren du dein deine "
        "deinen dich dir "
        "es er den dem des sich sowie bzw dass wenn oder aber noch nur sehr mehr haben hast hat "
        "sein bist bis "
        "innerhalb außerdem",
    [JM_LANG_FR] = "le la les un une des du de et ou est sont être avec pour dans sur par au aux "
        "ce cette ces "
        "cet vous nous votre vos notre nos leur leurs il elle ils elles qui que quoi dont où ne "
        "pas plus "
        "en se son sa ses une d l qu afin ainsi mais si comme tout tous toute toutes chez entre "
        "sous sans",
    [JM_LANG_ES] = "a el la los las un una unos unas de del y o u en con por para es son ser estar "
        "está están "
        "que se su sus al lo como más pero no nos nuestro nuestra nuestros tu tus te usted "
        "ustedes este "
        "esta estos estas entre sin sobre desde hasta muy también según si ya cuando donde quien",
    [JM_LANG_NL] = "de het een en of van in op met voor aan bij uit naar door over onder tot als "
        "is zijn was "
        "waren wordt worden je jij jouw jullie u uw we wij ons onze ze zij hun dat die dit deze "
        "niet geen "
        "wel ook nog maar om te er hebt hebben heeft ben bent kan kunt zal zult",
    [JM_LANG_IT] = "il lo la i gli le un uno una di del della dei degli delle dello e o ed in "
        "nel nella nei con "
        "a ad su sul sulla per da dal dalla dai tra fra è sono essere che chi cui non più come anche "
        "si ci "
        "nostro nostra nostri tuo tua suo sua loro questo questa questi al alla agli alle ai "
        "presso",
    [JM_LANG_PT] = "o a os as um uma uns umas de do da dos das e ou em no na nos nas com por "
        "para pelo pela é "
        "são ser está que se seu sua seus suas ao aos à às como mais mas não você vocês "
        "nosso "
        "nossa "
        "nossos este esta isso entre sem sobre até também quando onde quem já",
    [JM_LANG_PL] = "i oraz lub w we z ze na do dla od po pod przez przy o u za nad jest są być "
        "się nie tak jak "
        "co to ten ta te tego tej tych jego jej ich nasz nasza nasze twój twoja twoje ci cię nas "
        "nam "
        "jako także również czy który która które będzie bardzo",
    [JM_LANG_SV] = "och eller en ett den det de som är var vara att av för på i med till från "
                   "om "
        "hos vid under "
        "över efter har hade kan ska skall vill du dig din ditt dina vi oss vår vårt våra ni "
        "er "
        "ert inte "
        "ingen också samt där här när mycket mer",
    [JM_LANG_RO] = "și si sau de la în in pe cu pentru din prin este sunt fi un o una unui unei "
        "ale al a ai "
        "că care ce nu mai noi voi tu vă va ne sa să se cel cea cei cele dar ca după despre "
        "între fără "
        "până către sub lui lor acest această",
};

/* Words of ads that tell a language and are features all the same: short ads, and lists, have few
 * stop words. Left out are words that other languages borrow ("team", "manager"). */
static const char *const telling_words[JM_LANGS] = {
    [JM_LANG_EN] = "experience work working required requirements knowledge looking needed wanted "
        "years hour good clean driving skilled",
    [JM_LANG_DE] = "suchen sucht gesucht erfahrung kenntnisse gute sehr aufgaben ihr bieten arbeit "
        "jahre vollzeit teilzeit führerschein deutsch stunde monat ausbildung gerne umgang",
    [JM_LANG_FR] = "expérience recherche recherchons cherche poste mois heure ans missions travail "
        "salaire temps maîtrise français exigé souhaité diplôme équipe jours semaine nuit",
    [JM_LANG_ES] = "experiencia buscamos busca busco empresa trabajo años año mes jornada puesto "
        "conocimientos salario inglés español imprescindible carnet ofrecemos clientes nivel",
    [JM_LANG_NL] = "ervaring zoeken zoekt gezocht functie werk jaar maand uur kennis rijbewijs "
        "nederlands opleiding salaris uren engels goed ben",
    [JM_LANG_IT] = "esperienza cerca cerco cerchiamo cercasi ricerca lavoro anni anno mese "
        "contratto tempo richiesta richiesto conoscenza ottima buona lingua italiano patente "
        "azienda turni gradita offriamo mansioni gestione addetto",
    [JM_LANG_PT] = "experiência procura procuro procuramos trabalho anos ano mês contrato salário "
        "conhecimentos inglês português função formação horário vencimento oferecemos atendimento "
        "carta fluente",
    [JM_LANG_PL] = "doświadczenie doświadczenia praca pracy szukamy szukam poszukujemy lat rok lata "
        "wymagania umowa znajomość mile widziane oferujemy języka prawo jazdy kat stanowisko "
        "wynagrodzenie zatrudnimy kierowca godzinę obsługa polski niemiecki angielski",
    [JM_LANG_SV] = "erfarenhet söker arbete arbeta tjänst år månad timme krav meriterande körkort "
        "kunskaper svenska engelska lön heltid deltid goda god erbjuder utbildning jobb",
    [JM_LANG_RO] = "experiență experienta căutăm caut angajăm angajează cerințe cerinte ani lună "
        "lucru muncă cunoștințe limba engleză oferim salariu permis minim studii echipă lei",
};

static const char boiler_words[] =
    "experience experienced work working works worked worker team teams job jobs role roles "
        "candidate "
    "candidates company companies position positions opportunity opportunities requirements "
        "required "
    "require requires responsibilities responsible responsibility skills skill ability able strong "
    "excellent good great best years year apply application applications join looking seeking seek "
    "please contact email cv resume benefits offer offers offering provide provides provided "
        "ensure "
    "new people help support need needs needed include includes included day days week weeks month "
    "months time full part based environment business knowledge understanding qualifications "
    "qualification preferred plus nice ideal ideally successful description summary duties "
        "employment "
    "employer employee employees equal status gender race religion disability age salary per annum "
    "competitive location locations date start ago hire hiring career careers professional level "
    "high highly various related minimum maximum least within make made used use using "
    "erfahrung kenntnisse aufgaben profil bieten stelle team arbeit jahre gute sehr bewerbung "
    "expérience équipe poste profil mission missions entreprise vous recherchons "
    "experiencia equipo trabajo empresa puesto ofrecemos buscamos ervaring functie werk bedrijf "
    "esperienza lavoro azienda experiência trabalho vaga doświadczenie praca pracy firma "
    "erfarenhet arbete tjänst experiență experienta munca locuri";

static struct jm_word_info *slot_for(struct jm_words *words, uint64_t hash)
{
    size_t i = hash & (JM_WORDS_CAP - 1);
    uint64_t bit = hash >> (64 - JM_WORDS_FILTER_BITS);
    while (words->slots[i].hash && words->slots[i].hash != hash)
        i = (i + 1) & (JM_WORDS_CAP - 1);
    words->slots[i].hash = hash;
    words->filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
    return &words->slots[i];
}

/* What a list says of each of its words, which blanks separate. */
static void load_list(struct jm_words *words, const char *list, struct jm_word_info what)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, " ");
        struct jm_word_info *w = slot_for(words, jm_text_word_hash(p, n));
        w->langs |= what.langs;
        w->tells |= what.tells;
        w->boiler |= what.boiler;
        p += n;
        p += strspn(p, " ");
    }
}

/* A word of one language says more than one that several share. */
static void give_votes(struct jm_word_info *w)
{
    unsigned langs = w->langs | w->tells;
    uint64_t weight = langs & (langs - 1) ? 1 : 3;
    for (unsigned l = 1; l < JM_LANGS; l++)
        if (langs >> l & 1)
            w->votes[l / 4] |= weight << 16 * (l % 4);
}

struct jm_words *jm_words_load(void)
{
    struct jm_words *words = calloc(1, sizeof *words);
    if (!words)
        return NULL;
    for (int l = 1; l < JM_LANGS; l++) {
        uint16_t bit = (uint16_t)(1u << l);
        load_list(words, stop_words[l], (struct jm_word_info){.langs = bit});
        load_list(words, telling_words[l], (struct jm_word_info){.tells = bit});
    }
    load_list(words, boiler_words, (struct jm_word_info){.boiler = 1});
    for (size_t i = 0; i < JM_WORDS_CAP; i++)
        give_votes(&words->slots[i]);
    return words;
}
