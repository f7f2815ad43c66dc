/* tocsin-corpus: writes one large log of a kind, for measuring. */
#include "tests/bench/corpus.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tocsin-corpus iis|iis-owa|iis-alias|msgtrk|winjson --bytes N[K|M|G] --out FILE\n"
    "       tocsin-corpus mailboxes --out FOLDER [--days N]\n"
    "       [--mailboxes N] [--seed N]\n";

typedef void write_bytes(corpus *c, uint64_t bytes);
typedef void write_days(corpus *c, uint32_t days);

/* Kinds of one file. */
static const struct {
    const char *name;
    write_bytes *write;
} kinds[] = {{"iis", write_iis},
             {"iis-owa", write_iis_owa},
             {"iis-alias", write_iis_alias},
             {"msgtrk", write_msgtrk},
             {"winjson", write_winjson}};

/* Files of the folder. */
static const struct {
    const char *name;
    write_days *write;
} parts[] = {{"iis.log", write_mailboxes_iis},
             {"MSGTRK.LOG", write_mailboxes_msgtrk},
             {"security.json", write_mailboxes_winjson}};

typedef struct request {
    write_bytes *write; /* NULL: the folder */
    uint64_t seed, bytes, mailboxes, days;
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

static bool read_number(const char *text, uint64_t most, uint64_t *ret)
{
    return tc_slice_to_u64(tc_slice_of(text), ret) && *ret > 0 && *ret <= most;
}

static bool read_option(int code, request *q)
{
    switch (code) {
    case 's':
        return tc_slice_to_u64(tc_slice_of(optarg), &q->seed);
    case 'b':
        return read_size(optarg, &q->bytes);
    case 'm':
        return read_number(optarg, MAILBOXES_MAX, &q->mailboxes);
    case 'd':
        return read_number(optarg, 60, &q->days);
    case 'o':
        q->path = optarg;
        return true;
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv, request *q)
{
    static const struct option longs[] = {{"seed", 1, NULL, 's'}, {"bytes", 1, NULL, 'b'},
                                          {"out", 1, NULL, 'o'},  {"mailboxes", 1, NULL, 'm'},
                                          {"days", 1, NULL, 'd'}, {NULL, 0, NULL, 0}};
    int code;
    while ((code = getopt_long(argc, argv, "", longs, NULL)) != -1)
        if (!read_option(code, q)) return false;
    if (optind + 1 != argc || q->path == NULL) return false;
    if (strcmp(argv[optind], "mailboxes") == 0) return true;
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (strcmp(argv[optind], kinds[i].name) == 0) q->write = kinds[i].write;
    return q->write != NULL && q->bytes > 0;
}

static bool open_file(corpus *c, const char *path)
{
    c->o.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    c->o.total = 0;
    return c->o.file >= 0;
}

static bool close_file(corpus *c)
{
    out_flush(&c->o);
    return close(c->o.file) == 0 && !c->o.failed;
}

static bool write_folder(corpus *c, const request *q)
{
    if (mkdir(q->path, 0755) != 0 && errno != EEXIST) return false;
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        char path[4096];
        int length = snprintf(path, sizeof(path), "%s/%s", q->path, parts[i].name);
        if (length < 0 || (size_t)length >= sizeof(path) || !open_file(c, path)) return false;
        parts[i].write(c, (uint32_t)q->days);
        if (!close_file(c)) return false;
    }
    return true;
}

static bool write_corpus(corpus *c, const request *q)
{
    c->people.set = (settings){
        .seed = q->seed, .people = (uint32_t)q->mailboxes, .accounts_unlike = q->write == NULL};
    c->r = rng_for(q->seed, "corpus", 0);
    world_people(&c->people);
    if (c->people.people == NULL) return false;
    if (q->write == NULL) return write_folder(c, q);
    if (!open_file(c, q->path)) return false;
    q->write(c, q->bytes);
    return close_file(c);
}

int main(int argc, char **argv)
{
    request q = {.seed = 2011, .mailboxes = PEOPLE_MAX, .days = 3};
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
