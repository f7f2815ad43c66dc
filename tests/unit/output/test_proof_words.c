/* What raw lines say, whole and cut anywhere. */
#include "detector/output/proof_command.h"
#include "detector/output/proof_words.h"

#include <criterion/criterion.h>

#define MESSAGE_2007                                                                               \
    "2011-03-09T09:41:56.844Z,10.1.0.21,HUB01,10.1.0.31,MBX01,,,MAILBOXRULE,RECEIVE,4711,"         \
    "<6@hub01.example>,p@ngo.example,,5120,1,,,\"Re: a, \"\"b\"\"\",marta@own.example,<>,,"        \
    "Originating,,,,"
#define MESSAGE_2013                                                                               \
    "2021-03-09T09:41:56.844Z,10.1.0.21,HUB01,10.1.0.31,MBX01,,,STOREDRIVER,SUBMIT,,"              \
    "<6@hub01.example>,0a1b2c3d-0000-4000-8000-000000000001,p@ngo.example,,5120,1,,,Agenda,"       \
    "marta@own.example,marta@own.example,,Originating,,,,"

static const struct {
    const char *line, *words;
    tc_proof_kind kind;
} rows[] = {
    {"2011-03-09 05:49:17 10.1.0.11 GET /owa/ - 443 EX\\marta 203.0.113.241 Mozilla/4.0+(a;+b) 200 "
     "0 0 312",
     "203.0.113.241 GET /owa/ 200 as EX\\marta", TC_PROOF_REQUEST},
    {"2011-03-09 05:49:17 10.1.0.11 POST /owa/auth.owa - 443 - 203.0.113.241 - 302 0 0",
     "203.0.113.241 POST /owa/auth.owa 302", TC_PROOF_REQUEST},
    /* Columns in an order of their own: nothing is guessed. */
    {"203.0.113.241 marta GET /owa/ 312 200", "GET /owa/", TC_PROOF_REQUEST},
    {MESSAGE_2007, "subject \"Re: a, \"b\"\" from marta@own.example", TC_PROOF_MESSAGE},
    {MESSAGE_2013, "subject \"Agenda\" from marta@own.example", TC_PROOF_MESSAGE},
    {"{\"event\":{\"code\":\"4723\"},\"winlog\":{\"event_data\":{\"TargetUserName\":\"hugo\","
     "\"SubjectUserName\":\"hugo\"}}}",
     "event 4723, password changed by its owner, of hugo, by hugo", TC_PROOF_EVENT},
    {"{\"EventID\":4625,\"TargetUserName\":\"\\u00e9va\\\\x\",\"IpAddress\":\"203.0.113.9\"}",
     "event 4625, failed logon, of \xc3\xa9va\\x, from 203.0.113.9", TC_PROOF_REQUEST},
    {"<Event xmlns='http://x'><System><EventID>4724</EventID></System><EventData>"
     "<Data Name='TargetUserName'>a&amp;b</Data><Data Name='SubjectUserName'>adm</Data>",
     "event 4724, password reset by another, of a&b, by adm", TC_PROOF_EVENT},
    {"{\"message\":\"2011-03-09 05:49:17 10.1.0.11 GET /owa/ - 443 marta 203.0.113.241 M 200 0 "
     "0\"}",
     "203.0.113.241 GET /owa/ 200 as marta", TC_PROOF_REQUEST},
    {"Cmdlet by corp/Ana: Set-Mailbox -Identity ben", "by corp/Ana: Set-Mailbox -Identity ben",
     TC_PROOF_EVENT},
    {"Cmdlet: Get-Mailbox", "Get-Mailbox", TC_PROOF_EVENT},
    {"{\"Operation\":\"New-InboxRule\",\"UserId\":\"eva@own.example\",\"ClientIP\":\"203.0.113."
     "9\"}",
     "New-InboxRule, by eva@own.example, from 203.0.113.9", TC_PROOF_EVENT},
    {"(line withheld)", "", TC_PROOF_NONE},
    {"", "", TC_PROOF_NONE},
    {"GET", "", TC_PROOF_NONE},
    {"{", "", TC_PROOF_NONE},
    {"<", "", TC_PROOF_NONE},
};

Test(proof_words, a_line_says_who_did_what)
{
    tc_str out;
    tc_str_init(&out, 4096);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_str_clear(&out);
        cr_expect_eq(tc_proof_words(tc_slice_of(rows[i].line), &out), rows[i].kind, "row %zu", i);
        cr_expect_str_eq(tc_str_cstr(&out), rows[i].words, "row %zu: %s", i, tc_str_cstr(&out));
    }
    tc_str_done(&out);
}

/* The copy ends where the line is cut, so that a sanitizer sees who reads on. */
Test(proof_words, a_line_may_be_cut_anywhere)
{
    tc_str out;
    tc_str_init(&out, 4096);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        for (size_t length = 0; length <= strlen(rows[i].line); length++) {
            uint8_t *copy = malloc(length ? length : 1);
            cr_assert_not_null(copy);
            memcpy(copy, rows[i].line, length);
            tc_str_clear(&out);
            tc_proof_kind kind = tc_proof_words(tc_slice_make(copy, length), &out);
            cr_expect_eq(kind == TC_PROOF_NONE, out.len == 0, "row %zu, %zu bytes", i, length);
            free(copy);
        }
    }
    tc_str_done(&out);
}

Test(proof_words, a_line_is_for_what_was_before_or_after_the_access)
{
    cr_expect_str_eq(tc_proof_phase(TC_PROOF_REQUEST, 5, 10), "access");
    cr_expect_str_eq(tc_proof_phase(TC_PROOF_MESSAGE, 5, 10), "before");
    cr_expect_str_eq(tc_proof_phase(TC_PROOF_MESSAGE, 10, 10), "after");
    cr_expect_str_eq(tc_proof_phase(TC_PROOF_EVENT, 5, TC_TIME_NONE), "sign");
}

/* -- where mail is sent on ------------------------------------------------------------------ */

static const struct {
    const char *line, *to; /* apart by blanks */
} forwards[] = {
    {"Cmdlet by a: New-InboxRule -ForwardTo \"x@a.example\" -Name y@b.example", "x@a.example"},
    {"Cmdlet: Set-Mailbox -forwardingsmtpaddress smtp:x@a.example", "x@a.example"},
    {"Cmdlet: New-InboxRule -RedirectTo:('x@a.example', \"y@b.example\") -Force",
     "x@a.example y@b.example"},
    {"Cmdlet: New-InboxRule -ForwardTo x@a.example -ForwardAsAttachmentTo z@c.example",
     "x@a.example z@c.example"},
    {"Cmdlet: Set-Mailbox -ForwardingAddress $null", ""},
    {"Cmdlet: Set-Mailbox -Identity x@a.example", ""},
    {"Cmdlet: Set-Mailbox -ForwardTo", ""},
    {"New-InboxRule -ForwardTo x@a.example", ""},
};

Test(proof_words, where_a_cmdlet_sends_mail_on)
{
    for (size_t i = 0; i < TC_COUNT_OF(forwards); i++) {
        tc_slice to[3];
        char text[128] = "";
        size_t n = tc_proof_forwards(tc_slice_of(forwards[i].line), to, TC_COUNT_OF(to)), used = 0;
        for (size_t k = 0; k < n; k++)
            used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%.*s", k ? " " : "",
                                     (int)to[k].len, (const char *)to[k].ptr);
        cr_expect_str_eq(text, forwards[i].to, "%s", forwards[i].line);
    }
}

Test(proof_words, a_cmdlet_may_be_cut_anywhere)
{
    for (size_t i = 0; i < TC_COUNT_OF(forwards); i++) {
        tc_slice line = tc_slice_of(forwards[i].line), to[3];
        for (size_t length = 0; length <= line.len; length++)
            cr_expect_leq(tc_proof_forwards(tc_slice_sub(line, 0, length), to, TC_COUNT_OF(to)), 2);
    }
}
