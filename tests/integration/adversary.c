#include "tests/integration/adversary.h"

static const char *const pieces[] = {
    "\n",
    "\r\n",
    "\t",
    "\x1b[31m",
    "\x7f",
    "\x01",
    "\xc2\x85",
    "\xe2\x80\xae",
    "\xff",
    "\xe4\xb8",
    "\"",
    "]",
    "[",
    "\\",
    "\\\"",
    "\\]",
    "\\x41",
    "\"] [x@1 y=\"z",
    "=",
    "%m",
    "$(echo x)",
    "\xe4\xb8\xad",
    "\xf0\x9f\x98\x80",
    "caf\xc3\xa9",
    "<34>1 ",
    "\xef\xbb\xbf",
    "] <13>1 - ",
    "a@example.org",
    "EXAMPLE\\a",
    " b ",
};

static uint32_t next_random(adversary *a)
{
    a->state = a->state * 1664525u + 1013904223u;
    return a->state >> 8;
}

tc_slice adversary_value(adversary *a, uint8_t *out)
{
    size_t length = 0;
    out[length++] = (uint8_t)('a' + next_random(a) % 26);
    for (int i = 0; i < 3; i++) {
        const char *piece = pieces[next_random(a) % TC_COUNT_OF(pieces)];
        size_t n = strlen(piece);
        memcpy(out + length, piece, n);
        length += n;
    }
    out[length++] = (uint8_t)('a' + next_random(a) % 26);
    return tc_slice_make(out, length);
}

void adversary_make(adversary *a, unsigned number)
{
    *a = (adversary){.state = 2011 + number * 7919};
    a->evidence = (tc_alert_evidence){.offset = number, .line = 1, .time = number * TC_HOUR};
    a->alert = (tc_alert){.transition = number % 2 ? TC_TRANSITION_OPENED : TC_TRANSITION_NONE,
                          .time = number * TC_HOUR + number * 1001,
                          .start = 0,
                          .end = number * TC_HOUR,
                          .created = TC_TIME_NONE,
                          .level = (tc_level)(number % TC_LEVEL_COUNT),
                          .confidence = 50,
                          .evidence = &a->evidence,
                          .evidence_count = 1};
    snprintf(a->alert.id, sizeof(a->alert.id), "%032x", number);
    a->names[0] = "event.id";
    a->values[0] = tc_slice_of(a->alert.id);
    struct {
        const char *name;
        tc_slice *raw;
    } rows[ADVERSARY_FIELDS - 1] = {{"rule.id", &a->alert.rule_id},
                                    {"rule.name", &a->alert.rule_name},
                                    {"user.name", &a->alert.user_name},
                                    {"user.email", &a->alert.user_email},
                                    {"tocsin.confidence_why", &a->alert.confidence_why},
                                    {"tocsin.evidence.1.file", &a->evidence.file},
                                    {"tocsin.evidence.1.text", &a->evidence.text},
                                    {"msg", &a->alert.message}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        *rows[i].raw = adversary_value(a, a->bytes[i]);
        /* Rules are the site's own: every third one is as they are in earnest. */
        if (number % 3 == 0 && i < 2)
            *rows[i].raw = i ? TC_LIT("A new place") : TC_LIT("new-place");
        a->names[i + 1] = rows[i].name;
        a->values[i + 1] = *rows[i].raw;
    }
}

void adversary_put_field(FILE *fields, const char *name, tc_slice raw)
{
    fprintf(fields, " %s ", name);
    for (size_t i = 0; i < raw.len; i++)
        fprintf(fields, "%02x", raw.ptr[i]);
}

void adversary_put_fields(FILE *fields, const adversary *a)
{
    for (size_t i = 0; i < ADVERSARY_FIELDS; i++)
        adversary_put_field(fields, a->names[i], a->values[i]);
    fputc('\n', fields);
}
