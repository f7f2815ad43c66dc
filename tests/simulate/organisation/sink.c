/* Keeps a day of lines, and applies what happens to logs before they are written. */
#include "tests/simulate/organisation/sink.h"

#include "parsers/base/alloc.h"
#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/lost_people.h"

#define FAULTS_MAX 64

typedef struct line {
    tc_time time;
    uint32_t order;
    uint8_t kind, host;
    uint32_t length;
    size_t at;
} line;

typedef struct fault {
    log_kind kind;
    uint32_t host;
    tc_time from, until, by;
    enum { SILENT, SKEWED, COPIED } what;
} fault;

struct sink {
    const org *o;
    tc_str text, later_text, scratch;
    line *lines;
    size_t count, capacity;
    fault faults[FAULTS_MAX];
    uint32_t fault_count;
    uint64_t written;
    size_t started;
    rng damage;
    files *files;
    lost_people *people;
};

sink *sink_new(const org *o)
{
    sink *s = sim_alloc(1, sizeof(sink));
    s->o = o;
    tc_str_init(&s->text, (size_t)8 << 30);
    tc_str_init(&s->later_text, (size_t)8 << 30);
    tc_str_init(&s->scratch, 1 << 20);
    s->damage = org_rng(o, "damage", 0);
    s->files = files_new(o);
    s->people = lost_people_new(o);
    return s;
}

void sink_free(sink *s)
{
    files_free(s->files);
    lost_people_free(s->people);
    tc_str_done(&s->text);
    tc_str_done(&s->later_text);
    tc_str_done(&s->scratch);
    tc_free(s->lines);
    tc_free(s);
}

const files *sink_files(const sink *s)
{
    return s->files;
}

uint32_t sink_lost_people(const sink *s)
{
    return lost_people_count(s->people);
}

uint64_t sink_lines(const sink *s)
{
    return s->written;
}

tc_str *sink_begin(sink *s)
{
    s->started = s->text.len;
    return &s->text;
}

static bool is_lost(const sink *s, log_kind kind, uint32_t host)
{
    const lacks *without = &s->o->opt.without;
    if (kind == LOG_TRACKING && without->tracking) return true;
    if (kind == LOG_IIS && without->iis) return true;
    if ((kind == LOG_SERVER || kind == LOG_CONTROLLER) && without->winlog) return true;
    return s->o->opt.lose_host && host == 0 && kind == LOG_IIS && s->o->t.front_ends > 1;
}

static bool in_fault(const sink *s, log_kind kind, uint32_t host, tc_time *time)
{
    for (uint32_t i = 0; i < s->fault_count; i++) {
        const fault *f = &s->faults[i];
        if (f->host != host || *time < f->from || *time >= f->until) continue;
        if (f->what == SILENT && f->kind == kind) return true;
        if (f->what == SKEWED && kind != LOG_CONTROLLER) *time += f->by;
    }
    return false;
}

bool sink_end(sink *s, tc_time t, log_kind kind, uint32_t host)
{
    tc_slice text = tc_slice_make(s->text.data + s->started, s->text.len - s->started);
    if (t < org_day(s->o, s->o->day) || is_lost(s, kind, host) || in_fault(s, kind, host, &t) ||
        lost_people_named(s->people, text)) {
        s->text.len = s->started;
        return false;
    }
    sim_grow(&s->lines, &s->capacity, s->count + 1, sizeof(line));
    s->lines[s->count] = (line){.time = t,
                                .order = (uint32_t)s->count,
                                .kind = (uint8_t)kind,
                                .host = (uint8_t)host,
                                .length = (uint32_t)(s->text.len - s->started),
                                .at = s->started};
    s->count++;
    return !files_lost(s->files, kind, host, t);
}

static void add_fault(sink *s, fault f)
{
    if (s->fault_count < FAULTS_MAX) s->faults[s->fault_count++] = f;
}

void sink_silence(sink *s, log_kind kind, uint32_t host, tc_time from, tc_time until)
{
    add_fault(s, (fault){.kind = kind, .host = host, .from = from, .until = until, .what = SILENT});
}

void sink_skew(sink *s, uint32_t host, tc_time from, tc_time until, tc_time by)
{
    add_fault(s, (fault){.host = host, .from = from, .until = until, .by = by, .what = SKEWED});
}

void sink_copy(sink *s, log_kind kind, uint32_t host, tc_time day)
{
    add_fault(
        s, (fault){.kind = kind, .host = host, .from = day, .until = day + TC_DAY, .what = COPIED});
}

static int by_file_and_time(const void *a, const void *b)
{
    const line *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->host != y->host) return x->host < y->host ? -1 : 1;
    /* IIS counts whole seconds; within one, the order of making. */
    tc_time p = x->kind == LOG_IIS ? x->time / TC_SECOND : x->time;
    tc_time q = y->kind == LOG_IIS ? y->time / TC_SECOND : y->time;
    if (p != q) return p < q ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* One byte in the middle, the second half, or a field is gone. */
static tc_slice damaged(sink *s, tc_slice l)
{
    if (s->o->opt.corrupt <= 0 || !rng_chance(&s->damage, s->o->opt.corrupt) || l.len < 20)
        return l;
    tc_str_clear(&s->scratch);
    size_t cut = 10 + rng_below(&s->damage, (uint32_t)l.len - 15);
    tc_str_add(&s->scratch, tc_slice_make(l.ptr, cut));
    if (rng_chance(&s->damage, 0.6)) {
        tc_str_add_byte(&s->scratch, (uint8_t)rng_below(&s->damage, 256) | 1);
        tc_str_add(&s->scratch, tc_slice_make(l.ptr + cut + 1, l.len - cut - 1));
        for (size_t i = 0; i < s->scratch.len; i++)
            if (s->scratch.data[i] == '\n') s->scratch.data[i] = '?';
    }
    return tc_str_view(&s->scratch);
}

static bool is_copied(const sink *s, const line *l)
{
    for (uint32_t i = 0; i < s->fault_count; i++) {
        const fault *f = &s->faults[i];
        if (f->what == COPIED && (int)f->kind == l->kind && f->host == l->host &&
            l->time >= f->from && l->time < f->until)
            return true;
    }
    return false;
}

bool sink_flush(sink *s, tc_time until)
{
    size_t kept = 0;
    bool ok = !tc_failed(tc_str_status(&s->text));
    if (s->count) qsort(s->lines, s->count, sizeof(line), by_file_and_time);
    tc_str_clear(&s->later_text);
    for (size_t i = 0; ok && i < s->count; i++) {
        line l = s->lines[i];
        tc_slice text = tc_slice_make(s->text.data + l.at, l.length);
        /* By what the clock said, not by what it was. */
        if (l.time >= until) {
            l.at = s->later_text.len;
            l.order = (uint32_t)kept;
            tc_str_add(&s->later_text, text);
            s->lines[kept++] = l;
            continue;
        }
        ok = files_add(s->files, (log_kind)l.kind, l.host, l.time, damaged(s, text),
                       is_copied(s, &l));
        s->written++;
    }
    s->count = kept;
    tc_str swap = s->text;
    s->text = s->later_text;
    s->later_text = swap;
    return ok && files_close(s->files);
}
