/*
 * fuzz_mail: what a message says of itself, out of any lines.
 *
 * Checked besides what the sanitizers see: every text ends inside its room, and what an encoded
 * word becomes fits any room that it is given.
 */
#include "parsers/packet/mail.h"

#include "parsers/packet/octets.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_MAX 65536

static void check_texts(const tc_mail *m)
{
    const struct {
        const char *text;
        size_t size;
    } texts[] = {{m->subject, sizeof m->subject},
                 {m->from, sizeof m->from},
                 {m->to, sizeof m->to},
                 {m->message_id, sizeof m->message_id},
                 {m->language, sizeof m->language},
                 {m->automatic, sizeof m->automatic},
                 {m->precedence, sizeof m->precedence},
                 {m->type, sizeof m->type},
                 {m->suppress, sizeof m->suppress},
                 {m->recipient, sizeof m->recipient},
                 {m->action, sizeof m->action},
                 {m->status, sizeof m->status}};
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++)
        TC_ASSERT(memchr(texts[i].text, 0, texts[i].size));
    TC_ASSERT(!m->open || m->open_size > strlen(m->open));
}

/* Exactly as much room as is said, for the sanitizer. */
static void decode(const tc_mail *m, size_t size, size_t room)
{
    char *out = malloc(size), *language = malloc(room);
    TC_ASSERT(out && language);
    tc_mail_subject(m, out, size, language, room);
    TC_ASSERT(strlen(out) < size && strlen(language) < room);
    free(out);
    free(language);
}

static void read_line(tc_mail *m, tc_slice line)
{
    uint8_t *exact = malloc(line.len + 1);
    TC_ASSERT(exact);
    if (line.len > 0) memcpy(exact, line.ptr, line.len);
    tc_mail_line(m, tc_slice_make(exact, line.len));
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > INPUT_MAX) return 0;
    static tc_mail mail;
    tc_slice rest = {data + 2, size - 2};
    tc_mail_begin(&mail);
    while (rest.len > 0) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        if (line.len > 0 && line.ptr[line.len - 1] == '\r') line.len--;
        read_line(&mail, line);
        check_texts(&mail);
    }
    decode(&mail, TC_MAIL_TEXT, 64);
    decode(&mail, 1 + (size_t)data[0] * 16, 1 + (size_t)data[1]);
    tc_slice address = tc_mail_address(tc_slice_of(mail.from));
    TC_ASSERT(address.len < sizeof mail.from);
    return 0;
}
