/* resource.c - everything together: dictionary, title kernel, scoring, and the matcher. */
#include <stdlib.h>

#include "jobmatch/match.h"
#include "jobmatch/skill.h"
#include "jobmatch/title.h"
#include "resource_int.h"

int jm_resource_kernel(const struct jm_resource_paths *p, struct jm_title_kernel **kernel,
                       struct jm_err *err)
{
    char beside[RESOURCE_PATH_BYTES], *data = NULL;
    struct jm_err why = {0};
    size_t bytes = 0;
    const char *named = p->kernel && p->kernel[0] ? p->kernel : NULL;
    *kernel = NULL;
    if (named)
        data = jm_resource_read(named, &bytes, err);
    else if (resource_beside(p->skills, "titles.kernel", beside, &data, &bytes, err) == 0 && !data)
        return 0;
    if (data && !(*kernel = jm_title_kernel_load(data, bytes, &why)))
        resource_fail(err, named ? named : beside, &why);
    free(data);
    return *kernel ? 0 : -1;
}

static int read_scoring(const char *path, struct jm_scoring *s, struct jm_err *err)
{
    struct jm_err why = {0};
    size_t bytes;
    jm_scoring_default(s);
    if (!path || !path[0])
        return 0;
    char *text = jm_resource_read(path, &bytes, err);
    int rc = text ? jm_scoring_parse(s, text, bytes, &why) : -1;
    if (text && rc)
        resource_fail(err, path, &why);
    free(text);
    return rc;
}

int jm_resources_open(struct jm_resources *r, const struct jm_resource_paths *p,
                      struct jm_err *err)
{
    struct jm_scoring scoring;
    *r = (struct jm_resources){0};
    if ((r->dict = jm_resource_dict(p->skills, err)) &&
        jm_resource_kernel(p, &r->kernel, err) == 0 &&
        read_scoring(p->scoring, &scoring, err) == 0 &&
        (r->matcher = jm_matcher_new(r->dict, &scoring, err)))
        return 0;
    jm_resources_close(r);
    return jm_err_set(err, JM_ENOMEM, "out of memory");
}

void jm_resources_close(struct jm_resources *r)
{
    jm_matcher_free(r->matcher);
    jm_title_kernel_free(r->kernel);
    jm_dict_free(r->dict);
    *r = (struct jm_resources){0};
}
