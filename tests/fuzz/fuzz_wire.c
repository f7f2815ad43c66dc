/*
 * fuzz_wire: one protocol of the carrier over any dialogue, without packets around it.
 *
 * An input is words, each with a byte that says whose it is (1: the server's) and whether it was
 * lost (2), and two bytes of length; 4 at the first word makes datagrams of all, where the protocol
 * has them. Checked besides what the sanitizers see: the exchanges are the same for any cut of the
 * words, and what hangs on the dialogue is accounted for to the last byte.
 */
#include "parsers/packet/dialogue.h"

#include "parsers/base/hash.h"
#include "parsers/packet/octets.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>

#define INPUT_MAX 65536

typedef struct speech {
    tc_wire wire;
    tc_dialogue dialogue;
    uint8_t *held[2]; /* INPUT_MAX each */
    size_t held_length[2];
} speech;

/* As new: making it anew each time would take most of the time. */
static void wipe(tc_wire_memory *m)
{
    uintptr_t from = (uintptr_t)m->slots, page = 4096;
    uintptr_t end = from + sizeof *m->slots * TC_MEMORY_SETS * TC_MEMORY_WAYS;
    uintptr_t first = (from + page - 1) / page * page, last = end / page * page;
    memset(m->slots, 0, first - from);
    (void)madvise((void *)first, last - first, MADV_DONTNEED); /* anonymous pages read as zero */
    memset((void *)last, 0, end - last);
    memset(m->oldest, 0, sizeof m->oldest);
}

static void begin(speech *s)
{
    tc_wire wire = s->wire;
    if (!wire.told.slots) TC_ASSERT(tc_wire_init(&wire));
    wipe(&wire.sessions);
    wipe(&wire.askers);
    wipe(&wire.accounts);
    wipe(&wire.told);
    tc_exchanges_again(&wire.out);
    *s = (speech){.wire = wire};
    s->dialogue = (tc_dialogue){.protocol = &TC_FUZZ_PROTOCOL, .wire = &s->wire};
    s->dialogue.client_port = 40000;
    s->dialogue.state = calloc(1, TC_FUZZ_PROTOCOL.state_size);
    s->held[0] = malloc(INPUT_MAX);
    s->held[1] = malloc(INPUT_MAX);
    TC_ASSERT(s->dialogue.state && s->held[0] && s->held[1]);
}

static void end(speech *s)
{
    if (TC_FUZZ_PROTOCOL.end) TC_FUZZ_PROTOCOL.end(&s->dialogue);
    TC_ASSERT(s->dialogue.extra == 0);
    free(s->dialogue.state);
    free(s->held[0]);
    free(s->held[1]);
}

static void send_datagram(speech *s, bool server, tc_slice bytes)
{
    uint8_t *shown = malloc(bytes.len + 1);
    TC_ASSERT(shown);
    if (bytes.len > 0) memcpy(shown, bytes.ptr, bytes.len);
    s->dialogue.heard[server] = true;
    (void)TC_FUZZ_PROTOCOL.take(&s->dialogue, server, tc_slice_make(shown, bytes.len));
    free(shown);
}

/* Shows the protocol what a side has said until it takes no more, or the other's turn has come. */
static size_t show(speech *s, bool server)
{
    uint8_t *held = s->held[server];
    size_t *length = &s->held_length[server], taken = 1, at = 0;
    s->dialogue.yields = false;
    while (at < *length && taken > 0 && !s->dialogue.yields && !s->dialogue.opaque) {
        /* Exactly as long as what is shown, for the sanitizer. */
        uint8_t *shown = malloc(*length - at);
        TC_ASSERT(shown);
        memcpy(shown, held + at, *length - at);
        taken = TC_FUZZ_PROTOCOL.take(&s->dialogue, server, tc_slice_make(shown, *length - at));
        /* Another protocol goes on, which is a target of its own. */
        s->dialogue.opaque |= s->dialogue.next != NULL;
        TC_ASSERT(taken <= *length - at);
        free(shown);
        at += taken;
    }
    memmove(held, held + at, *length - at);
    *length -= at;
    return at;
}

static void take_turns(speech *s, bool server)
{
    for (int idle = 0; idle < 2; server = !server)
        idle = show(s, server) > 0 ? 0 : idle + 1;
}

static void say(speech *s, bool server, tc_slice bytes)
{
    s->dialogue.heard[server] = true;
    memcpy(s->held[server] + s->held_length[server], bytes.ptr, bytes.len);
    s->held_length[server] += bytes.len;
    take_turns(s, server);
}

static void lose(speech *s, bool server, size_t count)
{
    uint64_t bytes = count + s->held_length[server];
    s->held_length[server] = 0;
    if (TC_FUZZ_PROTOCOL.lost && !s->dialogue.opaque)
        TC_FUZZ_PROTOCOL.lost(&s->dialogue, server, bytes);
    take_turns(s, !server);
}

static void speak(speech *s, tc_slice bytes, size_t step)
{
    begin(s);
    s->dialogue.datagrams = TC_FUZZ_PROTOCOL.datagrams && bytes.len > 0 && (bytes.ptr[0] & 4);
    while (bytes.len > 3) {
        uint8_t how = bytes.ptr[0];
        size_t length = tc_le16(bytes.ptr + 1);
        tc_slice word = tc_slice_sub(bytes, 3, length);
        s->dialogue.time++;
        if (how & 2) lose(s, how & 1, length);
        if (s->dialogue.datagrams) send_datagram(s, how & 1, how & 2 ? TC_EMPTY_SLICE : word);
        for (size_t at = s->dialogue.datagrams ? word.len : 0; at < word.len && !(how & 2);
             at += step)
            say(s, how & 1, tc_slice_sub(word, at, step));
        bytes = tc_octets_from(bytes, how & 2 ? 3 : 3 + word.len);
    }
    end(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > INPUT_MAX) return 0;
    tc_slice bytes = {data, size};
    static speech whole, parts;
    speak(&whole, bytes, INPUT_MAX);
    speak(&parts, bytes, 1 + tc_content_hash(bytes) % 60);
    TC_ASSERT(tc_slice_equal(tc_str_view(&whole.wire.out.out), tc_str_view(&parts.wire.out.out)));
    return 0;
}
