/* tocsin-corpus: writes one large log of a kind, for measuring. */
#include "tests/bench/corpus.h"

#include "parsers/base/alloc.h"

#include <fcntl.h>
#include <getopt.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tocsin-corpus iis|msgtrk|winjson --bytes N[K|M|G] --out FILE [--seed N]\n";

typedef void write_kind(corpus *c, uint64_t bytes);

static const struct {
    const char *name;
    write_kind *write;
} kinds[] = {{"iis", write_iis}, {"msgtrk", write_msgtrk}, {"winjson", write_winjson}};

typedef struct request {
    write_kind *write;
    uint64_t seed, bytes;
    const char *path;
} request;

/* "500M": thousands, not powers of two, as MB/s are counted. */
static bool read_size(const char *text, uint64_t *ret)
{
    static const char units[] = "KMG";
    tc_slice s = tc_slice_of(text);
    uint64_t unit = 1;
    const char *at = s.len ? strchr(units, (char)s.ptr[s.len - 1]) : NULL;
    if (at != NULL) {
        for (const char *u = units; u <= at; u++)
            unit *= 1000;
        s.len--;
    }
    return tc_slice_to_u64(s, ret) && *ret <= UINT64_MAX / unit && (*ret *= unit) > 0;
}

static bool read_options(int argc, char **argv, request *q)
{
    static const struct option longs[] = {
        {"seed", 1, NULL, 's'}, {"bytes", 1, NULL, 'b'}, {"out", 1, NULL, 'o'}, {NULL, 0, NULL, 0}};
    int code;
    while ((code = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (code == 's' && tc_slice_to_u64(tc_slice_of(optarg), &q->seed)) continue;
        if (code == 'b' && read_size(optarg, &q->bytes)) continue;
        if (code != 'o') return false;
        q->path = optarg;
    }
    if (optind + 1 != argc || q->bytes == 0 || q->path == NULL) return false;
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (strcmp(argv[optind], kinds[i].name) == 0) q->write = kinds[i].write;
    return q->write != NULL;
}

static bool write_corpus(corpus *c, const request *q)
{
    c->o.file = open(q->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (c->o.file < 0) return false;
    c->people.set = (settings){.seed = q->seed, .people = PEOPLE_MAX};
    c->r = rng_for(q->seed, "corpus", 0);
    world_people(&c->people);
    if (c->people.people == NULL) return false;
    q->write(c, q->bytes);
    out_flush(&c->o);
    return close(c->o.file) == 0 && !c->o.failed;
}

int main(int argc, char **argv)
{
    request q = {.seed = 2011};
    if (!read_options(argc, argv, &q)) {
        fputs(usage, stderr);
        return 2;
    }
    corpus *c = tc_alloc(1, sizeof(*c));
    bool ok = c != NULL && write_corpus(c, &q);
    if (!ok) fprintf(stderr, "tocsin-corpus: cannot write %s\n", q.path);
    if (c != NULL) tc_free(c->people.people);
    tc_free(c);
    return ok ? 0 : 1;
}
