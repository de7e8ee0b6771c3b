/* names.c - the words for components, vetoes, bands and credits: one table each. */
#include "jobmatch/match.h"

const char *jm_component_name(enum jm_component c)
{
    static const char *const names[JM_COMPONENTS] = {
        "must", "guard", "nice", "title", "text", "experience", "seniority", "degree",
        "certificate", "language", "wanted_title", "wanted_skill", "pay", "place", "workplace",
        "contract", "timezone", "fresh"
    };
    return c < JM_COMPONENTS ? names[c] : "unknown";
}

const char *jm_veto_name(enum jm_veto v)
{
    static const char *const names[JM_VETOES] = {
        "none", "tenant", "closed", "expired", "paused", "eligibility", "workplace", "distance",
        "pay", "language", "certificate", "avoided", "excluded", "musts", "unavailable"
    };
    return v < JM_VETOES ? names[v] : "unknown";
}

const char *jm_band_name(enum jm_band b)
{
    static const char *const names[] = {"not enough data", "E", "D", "C", "B", "A"};
    return b <= JM_BAND_A ? names[b] : "unknown";
}

const char *jm_credit_name(enum jm_credit_how h)
{
    static const char *const names[] = {"none", "same", "narrower", "related", "broader"};
    return h <= JM_CREDIT_PARENT ? names[h] : "unknown";
}
