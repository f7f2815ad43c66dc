#include "detector/live/live_inputs.h"

#include "detector/live/blob.h"
#include "detector/store/store.h"
#include "parsers/base/alloc.h"

struct tc_live_inputs {
    tc_receive *receive;
    const char **texts;    /* the options' */
    tc_receive_book *kept; /* as they were last put */
    size_t count;
    bool loaded;
    tc_str row;
};

static bool is_stdin(const char *path)
{
    return strcmp(path, TC_LIVE_STDIN) == 0;
}

bool tc_live_inputs_any(const tc_options *o)
{
    bool any = o->listen.count > 0;
    for (size_t i = 0; i < o->paths.count && !any; i++)
        any = is_stdin(o->paths.items[i]);
    return any;
}

static TC_STATUS gather(tc_live_inputs *n, const tc_options *o)
{
    n->texts = tc_alloc(o->listen.count + o->paths.count + 1, sizeof(*n->texts));
    if (n->texts == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < o->listen.count; i++)
        n->texts[n->count++] = o->listen.items[i];
    for (size_t i = 0; i < o->paths.count; i++)
        if (is_stdin(o->paths.items[i])) n->texts[n->count++] = TC_LIVE_STDIN;
    n->kept = tc_alloc(n->count + 1, sizeof(*n->kept));
    return n->kept ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

static void warn(const tc_live_inputs *n, void (*say)(void *, const char *), void *context)
{
    for (size_t i = 0; i < n->count; i++) {
        const tc_listen *l = tc_receive_listen(n->receive, i);
        const char *lack = tc_receive_lack(n->receive, i);
        char text[512];
        snprintf(text, sizeof(text), "input %s: the process that captures is not fenced in: %s",
                 l->name, lack);
        if (lack[0]) say(context, text);
        if (!tc_listen_is_exposed(l)) continue;
        snprintf(text, sizeof(text),
                 "input %s: others than this machine can speak to it, and nothing is encrypted: "
                 "anybody there can read and write logs; use +tls, or 127.0.0.1",
                 l->name);
        say(context, text);
    }
}

TC_STATUS tc_live_inputs_new(const tc_options *o, tc_time (*now)(void *context),
                             void (*say)(void *context, const char *sentence), void *context,
                             tc_live_inputs **ret, tc_error *reterr)
{
    tc_live_inputs *n = tc_alloc(1, sizeof(*n));
    if (n == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_str_init(&n->row, TC_STORE_VALUE_MAX);
    tc_status status = gather(n, o);
    if (tc_failed(status)) (void)tc_fail(reterr, status.code, "out of memory");
    tc_receive_options options = {
        .texts = n->texts, .count = n->count, .context = context, .now = now};
    if (!tc_failed(status)) status = tc_receive_new(&options, &n->receive, reterr);
    if (tc_failed(status)) {
        tc_live_inputs_free(n);
        return status;
    }
    warn(n, say, context);
    *ret = n;
    return TC_SUCCESS;
}

void tc_live_inputs_free(tc_live_inputs *n)
{
    if (n == NULL) return;
    tc_receive_free(n->receive);
    tc_str_done(&n->row);
    tc_free(n->texts);
    tc_free(n->kept);
    tc_free(n);
}

tc_receive *tc_live_inputs_receive(const tc_live_inputs *n)
{
    return n ? n->receive : NULL;
}

/* -- what is kept ---------------------------------------------------------------------------- */

static void visit_piece(tc_seen_piece *piece, tc_visit *v)
{
    tc_visit_u64(v, &piece->number);
    tc_visit_count(v, &piece->count, TC_SEEN_PIECE);
    for (size_t i = 0; i < piece->count; i++)
        tc_visit_u64(v, &piece->identities[i]);
}

static void book_name(const tc_live_inputs *n, size_t input, char out[128])
{
    snprintf(out, 128, "input-%s", tc_receive_listen(n->receive, input)->name);
}

/* Damage costs what it holds, and is said by nobody: the identities are of the last minutes. */
static TC_STATUS load_piece(tc_live_inputs *n, tc_store *store, size_t slot, tc_seen_piece *ret,
                            bool *ret_there, tc_error *reterr)
{
    char name[32];
    tc_blob blob;
    *ret = (tc_seen_piece){0};
    snprintf(name, sizeof(name), "seen-%zu", slot);
    tc_str_clear(&n->row);
    TC_TRY(tc_store_meta(store, name, &n->row, ret_there, reterr));
    if (!*ret_there) return TC_SUCCESS;
    if (tc_blob_load(&blob, tc_str_view(&n->row), "seen", 1)) visit_piece(ret, blob.visit);
    *ret_there = !tc_failed(tc_blob_end(&blob, NULL));
    return TC_SUCCESS;
}

/* The slot of the newest piece; that of the eldest is behind it. */
static TC_STATUS find_newest(tc_live_inputs *n, tc_store *store, size_t *ret, tc_error *reterr)
{
    uint64_t highest = 0;
    *ret = 0;
    for (size_t slot = 0; slot < TC_SEEN_SLOTS; slot++) {
        tc_seen_piece piece;
        bool there;
        TC_TRY(load_piece(n, store, slot, &piece, &there, reterr));
        if (!there || piece.number < highest) continue;
        highest = piece.number;
        *ret = slot;
    }
    return TC_SUCCESS;
}

static TC_STATUS load_pieces(tc_live_inputs *n, tc_store *store, tc_error *reterr)
{
    size_t newest;
    TC_TRY(find_newest(n, store, &newest, reterr));
    for (size_t i = 1; i <= TC_SEEN_SLOTS; i++) {
        tc_seen_piece piece;
        bool there;
        TC_TRY(load_piece(n, store, (newest + i) % TC_SEEN_SLOTS, &piece, &there, reterr));
        if (there) tc_seen_load(tc_receive_seen(n->receive), &piece);
    }
    return TC_SUCCESS;
}

static TC_STATUS load_book(tc_slice row, tc_receive_book *book, tc_error *reterr)
{
    tc_blob blob;
    if (tc_blob_load(&blob, row, "input", 2))
        tc_receive_book_visit(book, TC_RECEIVE_REASONS, blob.visit);
    if (!tc_failed(tc_blob_end(&blob, NULL))) return TC_SUCCESS;
    *book = (tc_receive_book){0};
    if (tc_blob_load(&blob, row, "input", 1))
        tc_receive_book_visit(book, TC_RECEIVE_ELDER_REASONS, blob.visit);
    return tc_blob_end(&blob, reterr);
}

static TC_STATUS load_books(tc_live_inputs *n, tc_store *store, tc_error *reterr)
{
    for (size_t i = 0; i < n->count; i++) {
        char name[128];
        bool there;
        tc_receive_book book = {0};
        book_name(n, i, name);
        tc_str_clear(&n->row);
        TC_TRY(tc_store_meta(store, name, &n->row, &there, reterr));
        if (!there) continue;
        TC_TRY(load_book(tc_str_view(&n->row), &book, reterr));
        tc_receive_set_book(n->receive, i, &book);
        n->kept[i] = book;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_inputs_load(tc_live_inputs *n, tc_store *store, tc_error *reterr)
{
    if (n == NULL || n->loaded) return TC_SUCCESS;
    n->loaded = true;
    TC_TRY(load_books(n, store, reterr));
    return load_pieces(n, store, reterr);
}

static TC_STATUS put_row(tc_live_inputs *n, tc_store *store, const char *name, tc_blob *blob)
{
    tc_status status = tc_blob_end(blob, NULL);
    if (!tc_failed(status)) status = tc_store_put_meta(store, name, tc_str_view(&n->row));
    tc_str_clear(&n->row);
    return status;
}

static TC_STATUS put_books(tc_live_inputs *n, tc_store *store)
{
    for (size_t i = 0; i < n->count; i++) {
        char name[128];
        tc_blob blob;
        tc_receive_book book = tc_receive_book_of(n->receive, i);
        if (memcmp(&book, &n->kept[i], sizeof(book)) == 0) continue;
        n->kept[i] = book;
        book_name(n, i, name);
        tc_str_clear(&n->row);
        if (tc_blob_save(&blob, &n->row, "input", 2))
            tc_receive_book_visit(&book, TC_RECEIVE_REASONS, blob.visit);
        TC_TRY(put_row(n, store, name, &blob));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_live_inputs_put(tc_live_inputs *n, tc_store *store)
{
    tc_seen_piece piece;
    if (n == NULL) return TC_SUCCESS;
    while (tc_receive_unkept(n->receive, &piece)) {
        char name[32];
        tc_blob blob;
        snprintf(name, sizeof(name), "seen-%zu", (size_t)(piece.number % TC_SEEN_SLOTS));
        tc_str_clear(&n->row);
        if (tc_blob_save(&blob, &n->row, "seen", 1)) visit_piece(&piece, blob.visit);
        TC_TRY(put_row(n, store, name, &blob));
    }
    return put_books(n, store);
}

/* -- what is told ---------------------------------------------------------------------------- */

static void add_gone(const tc_live_inputs *n, size_t input, tc_live_packets *p)
{
    char why[TC_RECEIVE_WORDS];
    size_t at = strlen(p->words);
    if (!tc_receive_is_gone(n->receive, input, why)) return;
    p->gone++;
    (void)snprintf(p->words + at, sizeof(p->words) - at, "%sinterface %.64s: %s",
                   at > 0 ? "; " : "", tc_receive_listen(n->receive, input)->interface, why);
}

tc_live_packets tc_live_inputs_packets(const tc_live_inputs *n)
{
    tc_live_packets p = {.words = ""};
    for (size_t i = 0; n != NULL && i < n->count; i++) {
        if (tc_receive_listen(n->receive, i)->speech != TC_SPEAKS_PACKETS) continue;
        tc_receive_book b = tc_receive_book_of(n->receive, i);
        p.came += b.events;
        p.lost += b.rejected[TC_RECEIVE_DROPPED];
        add_gone(n, i, &p);
    }
    return p;
}

/* What an interface takes in is counted in packets. */
static const char *events_of(const tc_listen *listen)
{
    return listen->speech == TC_SPEAKS_PACKETS ? "packets" : "events";
}

void tc_live_inputs_tell(const tc_live_inputs *n, tc_str *out)
{
    for (size_t i = 0; n != NULL && i < n->count; i++) {
        tc_receive_book b = tc_receive_book_of(n->receive, i);
        tc_str_addf(out,
                    "input %s: %" PRIu64 " connections, %" PRIu64 " %s, %" PRIu64 " bytes, %" PRIu64
                    " sent again",
                    tc_receive_listen(n->receive, i)->name, b.connections, b.events,
                    events_of(tc_receive_listen(n->receive, i)), b.bytes, b.repeated);
        for (size_t k = 0; k < TC_RECEIVE_REASONS; k++)
            if (b.rejected[k] > 0)
                tc_str_addf(out, ", %" PRIu64 " %s", b.rejected[k], tc_receive_reason_words[k]);
        tc_str_add_byte(out, '\n');
    }
}
