#include "detector/receive/state.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define FORGET_AFTER (7 * TC_DAY)
#define STRANGE_AFTER (60 * TC_SECOND)
#define ARENA_BYTES ((size_t)4 << 20)

const char *const tc_receive_reason_words[TC_RECEIVE_REASONS] = {
    [TC_RECEIVE_REFUSED] = "connections too many",
    [TC_RECEIVE_TLS] = "without TLS",
    [TC_RECEIVE_FRAME] = "protocol broken",
    [TC_RECEIVE_SLOW] = "too slow",
    [TC_RECEIVE_LONG] = "too long",
    [TC_RECEIVE_OTHER] = "of no known log",
    [TC_RECEIVE_LOST] = "datagrams lost",
    [TC_RECEIVE_DROPPED] = "packets lost",
    [TC_RECEIVE_MIDDLE] = "connections begun before",
    [TC_RECEIVE_GONE] = "interfaces gone",
};

/* -- coming and going ----------------------------------------------------------------------- */

static TC_STATUS read_texts(tc_receive *r, tc_error *reterr)
{
    for (size_t i = 0; i < r->count; i++) {
        TC_TRY(tc_listen_read(r->options.texts[i], &r->listens[i], reterr));
        for (size_t k = 0; k < i; k++)
            if (strcmp(r->listens[i].name, r->listens[k].name) == 0)
                return tc_fail(reterr, TC_ESYNTAX,
                               "input: two have the name '%s': give one of them another with "
                               "name=",
                               r->listens[i].name);
    }
    return TC_SUCCESS;
}

static TC_STATUS open_all(tc_receive *r, tc_error *reterr)
{
    TC_TRY(read_texts(r, reterr));
    for (size_t i = 0; i < r->count; i++)
        TC_TRY(tc_port_open(&r->listens[i], &r->ports[i], reterr));
    return TC_SUCCESS;
}

static bool make_parts(tc_receive *r)
{
    r->listens = tc_alloc(r->count + 1, sizeof(*r->listens));
    r->ports = tc_alloc(r->count + 1, sizeof(*r->ports));
    r->seen = tc_seen_new();
    r->arena = tc_arena_new(ARENA_BYTES);
    r->bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    r->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    r->locked = pthread_mutex_init(&r->lock, NULL) == 0;
    tc_str_init(&r->line, TC_JACK_EVENT_MAX + 1);
    for (size_t i = 0; r->ports && i < r->count; i++)
        r->ports[i].fd = -1;
    return r->listens && r->ports && r->seen && r->arena && r->bell >= 0 && r->wake >= 0 &&
           r->locked;
}

TC_STATUS tc_receive_new(const tc_receive_options *options, tc_receive **ret, tc_error *reterr)
{
    if (options->count > TC_RECEIVE_INPUTS_MAX)
        return tc_fail(reterr, TC_ESYNTAX, "more than %zu inputs", TC_RECEIVE_INPUTS_MAX);
    tc_receive *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    r->options = *options;
    r->count = options->count;
    r->bell = r->wake = -1;
    tc_status status = make_parts(r) ? open_all(r, reterr)
                                     : tc_fail(reterr, TC_ENOMEM, "no memory for the inputs");
    if (tc_failed(status))
        tc_receive_free(r);
    else
        *ret = r;
    return status;
}

TC_STATUS tc_receive_start(tc_receive *r, tc_error *reterr)
{
    if (r->begun) return TC_SUCCESS;
    tc_seen_loaded(r->seen);
    int answer = pthread_create(&r->thread, NULL, tc_receive_loop, r);
    if (answer != 0) return tc_fail_sys(reterr, answer, NULL, "no thread for the inputs");
    r->begun = true;
    return TC_SUCCESS;
}

static void stop(tc_receive *r)
{
    pthread_mutex_lock(&r->lock);
    r->stop = true;
    pthread_mutex_unlock(&r->lock);
    tc_receive_ring(r->wake);
    (void)pthread_join(r->thread, NULL);
}

void tc_receive_free(tc_receive *r)
{
    if (r == NULL) return;
    if (r->begun) stop(r);
    while (r->conn_count > 0)
        tc_conn_free(r, r->conns[--r->conn_count]);
    for (size_t i = 0; r->ports && r->listens && i < r->count; i++)
        tc_port_close(&r->listens[i], &r->ports[i]);
    for (size_t i = 0; i < r->inlet_count; i++)
        tc_inlet_free(r->inlets[i]);
    tc_inlet_free(r->leaving);
    tc_seen_free(r->seen);
    tc_arena_free(r->arena);
    tc_str_done(&r->line);
    if (r->bell >= 0) close(r->bell);
    if (r->wake >= 0) close(r->wake);
    if (r->locked) (void)pthread_mutex_destroy(&r->lock);
    tc_free(r->inlets);
    tc_free(r->conns);
    tc_free(r->ports);
    tc_free(r->listens);
    tc_free(r);
}

size_t tc_receive_count(const tc_receive *r)
{
    return r->count;
}

const tc_listen *tc_receive_listen(const tc_receive *r, size_t input)
{
    return &r->listens[input];
}

tc_receive_book tc_receive_book_of(tc_receive *r, size_t input)
{
    pthread_mutex_lock(&r->lock);
    tc_receive_book book = r->ports[input].book;
    pthread_mutex_unlock(&r->lock);
    return book;
}

bool tc_receive_is_gone(tc_receive *r, size_t input, char out[TC_RECEIVE_WORDS])
{
    pthread_mutex_lock(&r->lock);
    memcpy(out, r->ports[input].gone, TC_RECEIVE_WORDS);
    pthread_mutex_unlock(&r->lock);
    return out[0] != 0;
}

const char *tc_receive_lack(const tc_receive *r, size_t input)
{
    return r->ports[input].lack;
}

/* -- what was kept -------------------------------------------------------------------------- */

/* The input that the name of a stream begins with; r->count: none of ours. */
static uint32_t input_of(const tc_receive *r, tc_slice name)
{
    size_t head = sizeof(TC_RECEIVE_PREFIX) - 1;
    tc_slice rest = tc_slice_sub(name, head, SIZE_MAX);
    tc_slice input = tc_slice_sub(rest, 0, tc_slice_find(rest, '/'));
    for (uint32_t i = 0; i < r->count; i++)
        if (tc_slice_equal(input, tc_slice_of(r->listens[i].name))) return i;
    return (uint32_t)r->count;
}

TC_STATUS tc_receive_know(tc_receive *r, tc_slice name, uint64_t key, tc_time came)
{
    if (r->begun) return TC_SUCCESS;
    uint32_t input = input_of(r, name);
    tc_inlet *inlet = tc_intake_inlet(r, input, name);
    if (inlet == NULL) return (tc_status){TC_ENOMEM};
    inlet->key = key;
    inlet->came = came;
    /* A connection of before does not come back. */
    inlet->ends = input < r->count && r->listens[input].speech == TC_SPEAKS_LINES;
    return TC_SUCCESS;
}

void tc_receive_set_book(tc_receive *r, size_t input, const tc_receive_book *book)
{
    if (!r->begun) r->ports[input].book = *book;
}

tc_seen *tc_receive_seen(tc_receive *r)
{
    return r->seen;
}

void tc_receive_book_visit(tc_receive_book *b, size_t reasons, tc_visit *v)
{
    tc_visit_u64(v, &b->connections);
    tc_visit_u64(v, &b->events);
    tc_visit_u64(v, &b->bytes);
    tc_visit_u64(v, &b->repeated);
    for (size_t i = 0; i < reasons; i++)
        tc_visit_u64(v, &b->rejected[i]);
}

/* -- the reader ----------------------------------------------------------------------------- */

int tc_receive_bell(const tc_receive *r)
{
    return r->bell;
}

/* Nothing more will come of it, or nothing came for long; and all that came is done with. */
static bool is_over(const tc_inlet *i, tc_time now)
{
    if (i->users > 0 || i->length > 0) return false;
    if (i->ends) return !i->told || i->ended || i->again;
    int64_t idle = tc_time_between(i->came, now);
    return idle >= (i->again ? STRANGE_AFTER : FORGET_AFTER);
}

static void take_out(tc_receive *r, size_t at, tc_receive_event *ret)
{
    tc_inlet *i = r->inlets[at];
    *ret = (tc_receive_event){TC_RECEIVE_FORGOTTEN, i->number, i->key, i->name, i->again};
    if (i->input < r->count) r->ports[i->input].inlets--;
    r->inlets[at] = r->inlets[--r->inlet_count];
    tc_inlet_free(r->leaving);
    r->leaving = i;
}

static bool look_at(tc_receive *r, size_t at, tc_time now, tc_receive_event *ret)
{
    tc_inlet *i = r->inlets[at];
    if (is_over(i, now)) {
        take_out(r, at, ret);
        return true;
    }
    bool news = i->read < tc_inlet_end(i) ? !i->asked : i->ends && i->told && !i->asked_end;
    if (!news) return false;
    *ret = (tc_receive_event){i->told ? TC_RECEIVE_MORE : TC_RECEIVE_NEW, i->number, i->key,
                              i->name, i->again};
    if (i->told) {
        i->asked = true;
        i->asked_end = i->ends;
    }
    i->told = true;
    return true;
}

/* Goes on where it stopped, once around at most. */
static void find_event(tc_receive *r, tc_receive_event *ret)
{
    tc_time now = tc_receive_now(r);
    for (size_t n = r->inlet_count; n > 0 && r->inlet_count > 0; n--) {
        r->looked_at %= r->inlet_count;
        if (look_at(r, r->looked_at, now, ret)) return;
        r->looked_at++;
    }
}

void tc_receive_next(tc_receive *r, tc_receive_event *ret)
{
    uint64_t rung;
    *ret = (tc_receive_event){.kind = TC_RECEIVE_NOTHING};
    ssize_t got = read(r->bell, &rung, sizeof(rung));
    (void)got;
    pthread_mutex_lock(&r->lock);
    find_event(r, ret);
    pthread_mutex_unlock(&r->lock);
}

size_t tc_receive_read(tc_receive *r, uint32_t number, uint8_t *buffer, size_t room,
                       bool *ret_ended)
{
    pthread_mutex_lock(&r->lock);
    tc_inlet *i = tc_intake_numbered(r, number);
    size_t got = i ? (size_t)TC_MIN(tc_inlet_end(i) - i->read, (uint64_t)room) : 0;
    if (got > 0) memcpy(buffer, i->data + (i->read - i->safe), got);
    if (i != NULL) {
        i->read += got;
        i->asked = false;
    }
    *ret_ended = got == 0 && (i == NULL || i->ends);
    if (i != NULL) i->ended = *ret_ended;
    pthread_mutex_unlock(&r->lock);
    return got;
}

/* What is safe now goes, and is counted. */
static void forget(tc_receive *r, tc_inlet *i, uint64_t safe)
{
    size_t before = i->length;
    tc_inlet_forget(i, safe);
    r->bytes -= before - i->length;
}

static uint64_t lines_in(const tc_inlet *i, uint64_t from, uint64_t to)
{
    uint64_t count = 0;
    for (uint64_t at = from; at < to; at++)
        count += i->data[at - i->safe] == '\n';
    return count;
}

/* The marks of what is safe by then; so many records. */
static uint64_t take_marks(tc_receive *r, tc_inlet *i, uint64_t to, bool keep)
{
    tc_inlet_mark mark;
    uint64_t count = 0;
    bool lines = i->input < r->count && r->listens[i->input].speech == TC_SPEAKS_LINES;
    if (lines) return lines_in(i, TC_MAX(i->pledged, i->safe), to);
    while (tc_inlet_take_mark(i, to, &mark)) {
        if (keep && mark.identity != 0) tc_seen_keep(r->seen, mark.identity);
        count++;
    }
    return count;
}

void tc_receive_drop(tc_receive *r, uint32_t number)
{
    pthread_mutex_lock(&r->lock);
    tc_inlet *i = tc_intake_numbered(r, number);
    if (i != NULL) {
        uint64_t count = take_marks(r, i, i->read, false);
        if (i->input < r->count) r->ports[i->input].book.rejected[TC_RECEIVE_OTHER] += count;
        forget(r, i, TC_MAX(i->read, i->safe));
        i->pledged = i->base = i->safe;
        i->told = i->asked = i->asked_end = false;
        i->again = true;
        i->number = TC_RECEIVE_NUMBERS + r->numbers++ % (TC_RECEIVE_NUMBERS - 1);
    }
    pthread_mutex_unlock(&r->lock);
    tc_receive_ring(r->wake);
}

void tc_receive_release(tc_receive *r, uint32_t number)
{
    pthread_mutex_lock(&r->lock);
    tc_inlet *i = tc_intake_numbered(r, number);
    if (i != NULL) i->released = i->read;
    pthread_mutex_unlock(&r->lock);
    tc_receive_ring(r->wake);
}

bool tc_receive_expects(tc_receive *r)
{
    bool expects = false;
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->inlet_count && !expects; i++)
        expects = !r->inlets[i]->heard && !r->inlets[i]->ends && r->inlets[i]->input < r->count;
    pthread_mutex_unlock(&r->lock);
    return expects;
}

bool tc_receive_is_busy(tc_receive *r)
{
    bool busy = false;
    pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->count && !busy; i++)
        busy = r->listens[i].way == TC_WAY_STDIN && r->ports[i].fd >= 0;
    for (size_t i = 0; i < r->inlet_count && !busy; i++)
        busy = r->inlets[i]->read < tc_inlet_end(r->inlets[i]);
    pthread_mutex_unlock(&r->lock);
    return busy;
}

void tc_receive_rewind(tc_receive *r)
{
    pthread_mutex_lock(&r->lock);
    for (size_t k = 0; k < r->inlet_count; k++) {
        tc_inlet *i = r->inlets[k];
        i->read = i->base = i->pledged = i->safe;
        i->told = i->asked = i->asked_end = false;
    }
    pthread_mutex_unlock(&r->lock);
    tc_receive_ring(r->bell);
}

/* -- the committer -------------------------------------------------------------------------- */

void tc_receive_pledge(tc_receive *r, uint32_t number, uint64_t taken)
{
    pthread_mutex_lock(&r->lock);
    tc_inlet *i = tc_intake_numbered(r, number);
    uint64_t to = i ? i->base + taken : 0;
    if (i != NULL && to > i->pledged && to <= tc_inlet_end(i)) {
        uint64_t count = take_marks(r, i, to, true);
        if (i->input < r->count) r->ports[i->input].book.events += count;
        i->pledged = to;
    }
    pthread_mutex_unlock(&r->lock);
}

bool tc_receive_unkept(tc_receive *r, tc_seen_piece *ret)
{
    pthread_mutex_lock(&r->lock);
    const tc_seen_piece *piece = tc_seen_unkept(r->seen);
    if (piece != NULL) *ret = *piece;
    pthread_mutex_unlock(&r->lock);
    return piece != NULL;
}

void tc_receive_commit(tc_receive *r)
{
    bool any = false;
    pthread_mutex_lock(&r->lock);
    for (size_t k = 0; k < r->inlet_count; k++) {
        tc_inlet *i = r->inlets[k];
        if (i->pledged <= i->safe) continue;
        forget(r, i, i->pledged);
        any = true;
    }
    pthread_mutex_unlock(&r->lock);
    if (any) tc_receive_ring(r->wake);
}
