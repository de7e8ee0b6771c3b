/* render.c - an explanation as JSON and as text for a terminal. */
#include <jansson.h>
#include <string.h>

#include "explain.h"
#include "jobmatch/clock.h"

static const char *verdict(const struct jm_explanation *e)
{
    if (e->score.veto)
        return "vetoed";
    return e->score.band == JM_BAND_NONE ? "not enough data" : "match";
}

static const char *state_name(unsigned s)
{
    static const char *const names[] = {"passed", "unknown", "flagged", "fell"};
    return s <= JM_CLAUSE_FELL ? names[s] : "unknown";
}

/* The employer sees how much the person would want the job, but not from which wish. */
static const char *coarse(unsigned w) { return w >= 650 ? "good" : w >= 400 ? "fair" : "low"; }

static bool shows_wishes(const struct jm_explanation *e) { return e->viewer != JM_VIEW_EMPLOYER; }

static json_t *parts_json(const struct jm_explanation *e, int from, int to)
{
    json_t *list = json_array();
    for (int c = from; c < to; c++) {
        const struct jm_why_part *p = &e->parts[c];
        json_t *o = p->known ? json_pack("{s:s, s:b, s:i, s:i, s:i, s:b}", "name",
                                         jm_component_name((enum jm_component)c), "known", 1,
                                         "points", p->points, "max", p->max, "value", p->value,
                                         "inferred", p->inferred)
                             : json_pack("{s:s, s:b}", "name",
                                         jm_component_name((enum jm_component)c), "known", 0);
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *skills_json(const struct jm_explanation *e, bool missing_only)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_skills; i++) {
        const struct jm_why_skill *s = &e->skills[i];
        if (missing_only) {
            if (s->missing)
                json_array_append_new(list, json_string(s->asked_name));
            continue;
        }
        json_array_append_new(
            list, json_pack("{s:s, s:b, s:s?, s:s, s:i, s:i, s:b}", "asked", s->asked_name,
                            "must", s->must, "by", s->by_name, "how",
                            jm_credit_name((enum jm_credit_how)s->how), "credit", s->credit,
                            "recency", s->recency, "missing", s->missing));
    }
    return list;
}

static json_t *clauses_json(const struct jm_explanation *e)
{
    json_t *list = json_array();
    for (size_t i = 0; i < e->n_clauses; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "clause",
                            jm_veto_name((enum jm_veto)e->clauses[i].veto), "state",
                            state_name(e->clauses[i].state), "text", e->clauses[i].text));
    return list;
}

static json_t *veto_json(const struct jm_explanation *e)
{
    for (size_t i = 0; i < e->n_clauses; i++)
        if (e->clauses[i].veto == e->score.veto && e->score.veto)
            return json_pack("{s:s, s:s}", "clause",
                             jm_veto_name((enum jm_veto)e->score.veto), "text",
                             e->clauses[i].text);
    return json_null();
}

static json_t *wants_json(const struct jm_explanation *e)
{
    if (!shows_wishes(e))
        return json_pack("{s:s}", "level",
                         e->score.w_evidence ? coarse(e->score.w) : "unknown");
    return json_pack("{s:i, s:i, s:o}", "score", e->score.w, "evidence", e->score.w_evidence,
                     "parts", parts_json(e, JM_F_END, JM_COMPONENTS));
}

static json_t *change_json(const struct jm_explanation *e)
{
    if (!e->change.found)
        return json_null();
    return json_pack("{s:s, s:s, s:i}", "text", e->change.text, "band",
                     jm_band_name((enum jm_band)e->change.band), "score", e->change.list);
}

json_t *jm_explanation_json(const struct jm_explanation *e)
{
    char scoring[24], dict[24], when[32];
    snprintf(scoring, sizeof scoring, "%016llx", (unsigned long long)e->scoring_hash);
    snprintf(dict, sizeof dict, "%016llx", (unsigned long long)e->dict_version);
    jm_time_format(when, e->as_of_s * 1000000, false);
    bool both = shows_wishes(e) || e->direction == JM_PEOPLE_FOR_JOB;
    json_t *score = both ? json_integer(e->score.list) : json_null();
    return json_pack(
        "{s:s?, s:s?, s:s, s:s, s:s, s:o, s:s, s:o, s:b, s:{s:i, s:i, s:i, s:o}, s:o, s:o, s:o,"
        " s:o, s:o, s:s, s:s, s:s}",
        "job", e->job_external, "candidate", e->person_external, "job_title", e->job_title,
        "candidate_title", e->person_title, "verdict", verdict(e), "veto", veto_json(e), "band",
        jm_band_name((enum jm_band)e->score.band), "score", score, "one_sided",
        (e->score.flags & JM_FLAG_ONE_SIDED) != 0, "person_fits_job", "score", e->score.f,
        "evidence", e->score.f_evidence, "cap", e->f_cap, "parts", parts_json(e, 0, JM_F_END),
        "job_fits_person", wants_json(e), "skills", skills_json(e, false), "missing_musts",
        skills_json(e, true), "clauses", clauses_json(e), "change", change_json(e), "scoring",
        scoring, "dictionary", dict, "as_of", when);
}

json_t *jm_score_json_for(const struct jm_score *s, enum jm_viewer viewer)
{
    struct jm_score shown = *s;
    if (jm_clause_hidden((enum jm_veto)s->veto, viewer))
        shown.veto = JM_VETO_UNAVAILABLE;
    json_t *j = jm_score_json(&shown);
    if (j && viewer == JM_VIEW_EMPLOYER) { /* W and its evidence give wishes away */
        json_object_del(j, "job_fits_person_evidence");
        json_object_set_new(j, "job_fits_person",
                            json_string(s->w_evidence ? coarse(s->w) : "unknown"));
    }
    return j;
}

json_t *jm_score_json(const struct jm_score *s)
{
    json_t *flags = json_array();
    for (unsigned v = 1; v < JM_VETOES; v++)
        if (s->flags & (1u << v))
            json_array_append_new(flags, json_string(jm_veto_name((enum jm_veto)v)));
    return json_pack("{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:b, s:b, s:o, s:s?}", "band",
                     jm_band_name((enum jm_band)s->band), "score", s->list, "person_fits_job",
                     s->f, "person_fits_job_evidence", s->f_evidence, "job_fits_person", s->w,
                     "job_fits_person_evidence", s->w_evidence, "missing_musts",
                     s->missing_musts, "one_sided", (s->flags & JM_FLAG_ONE_SIDED) != 0,
                     "inferred", (s->flags & JM_FLAG_INFERRED) != 0, "unchecked", flags, "veto",
                     s->veto ? jm_veto_name((enum jm_veto)s->veto) : NULL);
}

/* --- text --------------------------------------------------------------------------------------- */

/* A list of words, wrapped under its heading. */
struct line {
    struct jm_buf *out;
    unsigned width, column;
};

static void word(struct line *l, const char *text)
{
    unsigned n = (unsigned)strlen(text);
    if (l->column > 12 && l->column + 2 + n > l->width) {
        jm_buf_str(l->out, "\n            ");
        l->column = 12;
    }
    jm_buf_fmt(l->out, "%s%s", l->column > 12 ? ", " : "", text);
    l->column += n + (l->column > 12 ? 2 : 0);
}

static void skills_text(const struct jm_explanation *e, unsigned width, struct jm_buf *out)
{
    static const char *const heads[] = {"  has       ", "  partly    ", "  lacks     ",
                                        "  nice, not "};
    for (int group = 0; group < 4; group++) {
        struct line l = {out, width, 12};
        for (size_t i = 0; i < e->n_skills; i++) {
            const struct jm_why_skill *s = &e->skills[i];
            int mine = s->credit >= 800 ? 0 : s->credit > 0 && !s->missing ? 1 : s->must ? 2 : 3;
            char text[256];
            if (mine != group)
                continue;
            if (group == 1 && s->by_name)
                snprintf(text, sizeof text, "%s (%s %s, %u %%)", s->asked_name,
                         jm_credit_name((enum jm_credit_how)s->how), s->by_name, (unsigned)s->credit / 10);
            else
                snprintf(text, sizeof text, "%s", s->asked_name);
            if (l.column == 12)
                jm_buf_str(out, heads[group]);
            word(&l, text);
        }
        if (l.column > 12)
            jm_buf_ch(out, '\n');
    }
}

static void points_text(const struct jm_explanation *e, int from, int to, unsigned width,
                        struct jm_buf *out)
{
    struct line l = {out, width, 12};
    jm_buf_str(out, "            ");
    for (int c = from; c < to; c++) {
        char text[64];
        if (!e->parts[c].known)
            continue;
        snprintf(text, sizeof text, "%s %d/%d%s", jm_component_name((enum jm_component)c),
                 e->parts[c].points, e->parts[c].max, e->parts[c].inferred ? "*" : "");
        word(&l, text);
    }
    jm_buf_ch(out, '\n');
}

static void wants_text(const struct jm_explanation *e, unsigned width, struct jm_buf *out)
{
    if (!shows_wishes(e)) {
        jm_buf_fmt(out, "  job fits person: %s\n",
                   e->score.w_evidence ? coarse(e->score.w) : "unknown");
        return;
    }
    jm_buf_fmt(out, "  job fits person %u of 1000 (evidence %u %%)%s\n", e->score.w,
               e->score.w_evidence / 10,
               e->score.flags & JM_FLAG_INFERRED ? "  * inferred from recent work" : "");
    points_text(e, JM_F_END, JM_COMPONENTS, width, out);
}

void jm_explanation_text(const struct jm_explanation *e, unsigned width, struct jm_buf *out)
{
    jm_buf_fmt(out, "%s | %s\n", *e->job_title ? e->job_title : "posting without a title",
               *e->person_title ? e->person_title : "profile without a title");
    jm_buf_fmt(out, "  band %s", jm_band_name((enum jm_band)e->score.band));
    if (shows_wishes(e) || e->direction == JM_PEOPLE_FOR_JOB)
        jm_buf_fmt(out, ", score %u of 1000", e->score.list);
    jm_buf_fmt(out, "%s%s\n", e->score.veto ? ", VETOED" : "",
               e->score.flags & JM_FLAG_ONE_SIDED ? ", one-sided" : "");
    jm_buf_fmt(out, "  person fits job %u of 1000 (evidence %u %%)", e->score.f,
               e->score.f_evidence / 10);
    if (e->f_cap)
        jm_buf_fmt(out, ", capped from %u: %u required skill%s missing", e->f_raw,
                   e->score.missing_musts, e->score.missing_musts == 1 ? "" : "s");
    jm_buf_ch(out, '\n');
    points_text(e, 0, JM_F_END, width, out);
    wants_text(e, width, out);
    skills_text(e, width, out);
    for (size_t i = 0; i < e->n_clauses; i++)
        jm_buf_fmt(out, "  %-8s  %s: %s\n",
                   e->clauses[i].state == JM_CLAUSE_FELL ? "veto" : state_name(e->clauses[i].state),
                   jm_veto_name((enum jm_veto)e->clauses[i].veto), e->clauses[i].text);
    if (e->change.found)
        jm_buf_fmt(out, "  change    %s\n", e->change.text);
}
