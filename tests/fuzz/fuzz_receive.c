/*
 * fuzz_receive: any bytes as what a peer says, to both kinds of frames and to what is read of a
 * record.
 *
 * The first byte chooses where the rest is cut. Checked besides what the sanitizers see: frames are
 * the same however they are cut; an event is no longer than it may be; a window gives no more
 * events than it announced; a record's texts stand in the line or the arena, and an identity is the
 * same when it is asked for again.
 */
#include "detector/receive/lumberjack.h"
#include "detector/receive/record.h"
#include "detector/receive/syslog_frames.h"
#include "parsers/base/hash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/take.h"

#define INPUT_MAX ((size_t)1 << 16)
#define EVENTS_MAX 4096

typedef struct heard {
    uint64_t hash;
    size_t events;
    bool broken;
} heard;

static void look_at(tc_slice event)
{
    tc_record r, again;
    tc_arena *arena = tc_arena_new((size_t)4 << 20);
    TC_ASSERT(arena != NULL);
    tc_record_of_json(event, arena, &r);
    tc_record_of_json(event, arena, &again);
    TC_ASSERT(r.identity == again.identity && r.kind == again.kind);
    TC_ASSERT(tc_slice_equal(r.host, again.host) && tc_slice_equal(r.log, again.log));
    tc_record_of_syslog(event, &r);
    TC_ASSERT(r.host.len <= event.len && r.identity == 0);
    tc_arena_free(arena);
}

static void note(heard *h, tc_slice event)
{
    h->hash = tc_content_hash_add(h->hash, event);
    h->events++;
}

static bool hear_jack(tc_jack *j, tc_slice some, heard *h)
{
    while (h->events < EVENTS_MAX) {
        bool last;
        switch (tc_jack_next(j, &some)) {
        case TC_JACK_MORE:
            TC_ASSERT(some.len == 0);
            return true;
        case TC_JACK_BROKEN:
            TC_ASSERT(tc_jack_why(j)[0] != 0);
            h->broken = true;
            return false;
        case TC_JACK_LONG:
            note(h, TC_LIT("long"));
            break;
        case TC_JACK_EVENT:
            TC_ASSERT(tc_jack_event(j).len <= TC_JACK_EVENT_MAX);
            (void)tc_jack_sequence(j, &last);
            note(h, tc_jack_event(j));
            if (h->events < 8) look_at(tc_jack_event(j));
            break;
        }
    }
    return false;
}

static heard jack(tc_slice input, size_t cut)
{
    heard h = {0};
    tc_jack *j = tc_jack_new();
    TC_ASSERT(j != NULL);
    if (hear_jack(j, tc_slice_sub(input, 0, cut), &h))
        (void)hear_jack(j, tc_slice_sub(input, cut, SIZE_MAX), &h);
    tc_jack_free(j);
    return h;
}

static bool hear_syslog(tc_syslog_frames *f, tc_slice some, heard *h)
{
    for (;;) {
        switch (tc_syslog_frames_next(f, &some)) {
        case TC_SYSLOG_MORE:
            TC_ASSERT(some.len == 0);
            return true;
        case TC_SYSLOG_BROKEN:
            h->broken = true;
            return false;
        case TC_SYSLOG_LONG:
            note(h, TC_LIT("long"));
            break;
        case TC_SYSLOG_MESSAGE:
            note(h, tc_syslog_frames_message(f));
            break;
        }
    }
}

static heard syslog(tc_slice input, size_t cut)
{
    heard h = {0};
    tc_syslog_frames f;
    tc_syslog_frames_init(&f);
    if (hear_syslog(&f, tc_slice_sub(input, 0, cut), &h))
        (void)hear_syslog(&f, tc_slice_sub(input, cut, SIZE_MAX), &h);
    tc_syslog_frames_done(&f);
    return h;
}

static bool same(heard a, heard b)
{
    return a.hash == b.hash && a.events == b.events && a.broken == b.broken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tc_slice input = tc_slice_make(data, TC_MIN(size, INPUT_MAX));
    size_t cut = take_byte(&input);
    cut = input.len > 0 ? cut * input.len / 256 : 0;
    TC_ASSERT(same(jack(input, cut), jack(input, input.len)));
    TC_ASSERT(same(syslog(input, cut), syslog(input, input.len)));
    look_at(input);
    return 0;
}
