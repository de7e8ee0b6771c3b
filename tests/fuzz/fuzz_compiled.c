/* uses: skill */
/* fuzz_compiled.c - any bytes as a compiled dictionary; what opens must be safe to read.
 *
 * A checksum would keep the fuzzer out, so it works on a sound image: each five bytes of the input
 * are an edit (table, place, value), and the checksum is set right again. An input that starts with
 * the magic is taken as the file itself. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jobmatch/buf.h"
#include "jobmatch/bytes.h"
#include "skill/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static const char source[] =
    "@skills 1\n@version 1\n@sector s\n"
    "go = Go ^word | code | alias Golang; Go lang | with gRPC; rest api | not go to market\n"
    "kubernetes = Kubernetes | tool | alias k8s; Kube cluster | related go .5 | parent devops\n"
    "devops = DevOps ^case | method | alias.de Betrieb | related c .3\n"
    "c = C ^letter | code\nci = CI/CD | method | alias continuous integration\n";
static const char text[] =
    "Senior Go Developer\nRequirements:\n- 5+ years of Go, C, Kubernetes and CI/CD, salary 50k-60k "
    "EUR a year\n- German C1, Bachelor or equivalent experience, remote in the EU only\nNice: Golang "
    "with gRPC and a rest api, Kube cluster, continuous integration, DevOps; going to go to market";

static void make_base(struct jm_buf *base)
{
    struct jm_err err = {0};
    struct jm_dict *d = jm_dict_new();
    if (!d || jm_dict_add(d, "f", source, strlen(source), &err) || jm_dict_seal(d, &err) ||
        jm_dict_write(d, base, &err))
        abort();
    jm_dict_free(d);
}

static void use(const struct jm_dict *d)
{
    struct jm_err err = {0};
    struct jm_extractor *x = jm_extractor_new();
    struct jm_extract_input in = {.kind = JM_JOB, .title = "Go Developer", .title_bytes = 12,
                                  .text = text, .text_bytes = strlen(text), .this_year = 2026,
                                  .rejected = true};
    for (int kind = 0; x && kind < 2; kind++) {
        in.kind = kind ? JM_CANDIDATE : JM_JOB;
        const struct jm_extraction *e = jm_extract(x, d, &in, &err);
        for (size_t i = 0; e && i < e->n_claims; i++) {
            const struct jm_skill *s = jm_dict_skill(d, e->claims[i].skill);
            if (!s || !jm_utf8_ok(s->name, strlen(s->name), NULL) || strlen(s->id) > 1 << 20)
                abort();
            jm_dict_is_a(d, e->claims[i].skill, 0);
            jm_dict_related_pm(d, e->claims[i].skill, 1);
        }
    }
    jm_dict_resolve(d, "Golang", 6);
    jm_dict_by_id(d, "devops");
    jm_extractor_free(x);
}

static void edit(struct jm_buf *image, const struct image_head *head, const uint8_t *e)
{
    uint32_t value = 0;
    if (e[0] % (SECTIONS + 1) == SECTIONS) {
        image->data[16 + e[1] % (sizeof *head - 16)] = (char)e[3];
        return;
    }
    const struct image_part *p = &head->part[e[0] % (SECTIONS + 1)];
    size_t size = p->count * image_item_bytes((enum image_section)(p - head->part));
    size_t at = (size_t)(e[1] | e[2] << 8) * (e[0] & 128 ? 1 : 4);
    if (size < 4)
        return;
    memcpy(&value, e + 3, 2);
    value = value == 0xffff ? UINT32_MAX : value;
    memcpy(image->data + p->offset + at % (size - 3), &value, e[0] & 64 ? 1 : 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static struct jm_buf base;
    static struct image_head head;
    struct jm_buf image = {0};
    struct jm_err err = {0};
    if (!base.data) {
        make_base(&base);
        memcpy(&head, base.data, sizeof head);
    }
    bool whole = bytes >= 8 && !memcmp(data, "JMSKILLS", 8);
    jm_buf_add(&image, whole ? (const void *)data : base.data, whole ? bytes : base.len);
    for (size_t i = 0; !whole && i + 5 <= bytes; i += 5)
        edit(&image, &head, data + i);
    if (image.len > 8)
        jm_put_u64((uint8_t *)image.data + image.len - 8, image_sum(image.data, image.len - 8));
    struct jm_dict *d = jm_dict_open(image.data, image.len, NULL, NULL, &err);
    if (d)
        use(d);
    else if (!err.text[0])
        abort();
    jm_dict_free(d);
    jm_buf_fini(&image);
    return 0;
}
