#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

#include "parsers/base/utf8.h"

static fixture f;

static void setup(void)
{
    memset(&f, 0, sizeof(f));
    fixture_open(&f);
}

static void setup_with_domain(void)
{
    memset(&f, 0, sizeof(f));
    f.domains[f.site.domain_count++] = TC_LIT("Example.ORG");
    fixture_open(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(message, .init = setup, .fini = teardown);
TestSuite(message_domain, .init = setup_with_domain, .fini = teardown);

#define T "2011-03-09T07:12:03.123Z"
#define GUID "0aa89cf8-aa07-4103-8a1d-ca9e619f223e"
#define CLASS(name) "MDB:x, Mailbox:" GUID ", MessageClass:" name ", ClientType:OWA"
#define CLIENT(name) "MDB:x, Mailbox:" GUID ", MessageClass:" name ", ClientType:MOMT"

/* A row: what the columns say that decide. */
typedef struct message_row {
    const char *source, *event_id, *context, *subject, *sender, *return_path, *direction;
    const char *mailbox; /* NULL: no observation */
    const char *kind, *language;
    int weight, certainty;
    tc_script script;
} message_row;

static void show(const message_row *r)
{
    const pair pairs[] = {
        {"source", r->source},
        {"event-id", r->event_id},
        {"source-context", r->context},
        {"message-subject", r->subject},
        {"sender-address", r->sender},
        {"return-path", r->return_path},
        {"directionality", r->direction},
        {"message-id", "<1@example.org>"},
        {"recipient-address", "jane.doe@example.org"},
        {NULL, NULL},
    };
    fixture_block(&f);
    fixture_tracking(&f, T, pairs);
    cr_assert(!tc_failed(fixture_observe(&f)));
}

static void check(const message_row *r, size_t i)
{
    show(r);
    cr_assert_eq(fixture_count(&f, TC_OBS_MESSAGE), r->mailbox != NULL, "row %zu: %s", i,
                 r->subject);
    if (r->mailbox == NULL) return;
    const tc_observation *o = fixture_at(&f, TC_OBS_MESSAGE, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_MAILBOX), r->mailbox, "row %zu", i);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_EXTRA), r->kind, "row %zu", i);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_VALUE), r->language, "row %zu", i);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_MESSAGE_ID), "<1@example.org>", "row %zu", i);
    cr_expect_eq(o->weight_percent, r->weight, "row %zu: weight %d", i, o->weight_percent);
    cr_expect_eq(o->certainty, r->certainty, "row %zu: certainty %d", i, o->certainty);
    cr_expect_eq(o->script, r->script, "row %zu: script %d", i, o->script);
}

#define RULE "MAILBOXRULE", "RECEIVE", ""
#define DRIVER "STOREDRIVER", "RECEIVE", ""
#define OWN "a@example.org", "<>", "Originating"
#define LATIN TC_SCRIPT_LATIN
#define NOTHING NULL, NULL, NULL, 0, 0, TC_SCRIPT_NONE

/* Somebody's own subject may hold a question mark; what a message class tells was the server's. */
Test(message, prefixes_that_are_lost_are_marked)
{
    static const struct {
        message_row row;
        bool garbled;
    } rows[] = {
        {{RULE, "????: x", OWN, .mailbox = ""}, true},
        {{RULE, "Fragen? Hier: x", OWN, .mailbox = ""}, false},
        {{"MAILBOXRULE", "RECEIVE", CLASS("IPM.Note.Rules.OofTemplate.Microsoft"),
          "R?ponse automatique : x", OWN, .mailbox = ""},
         true},
        {{RULE, "Antwoordapparaat: x", OWN, .mailbox = ""}, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        show(&rows[i].row);
        cr_assert_eq(fixture_count(&f, TC_OBS_MESSAGE), 1, "row %zu", i);
        const tc_observation *o = fixture_at(&f, TC_OBS_MESSAGE, 0);
        cr_expect_eq((o->flags & TC_OBS_FLAG_GARBLED) != 0, rows[i].garbled, "row %zu", i);
    }
}

Test(message, rows_are_system_messages_of_our_mailboxes_or_nothing)
{
    static const message_row rows[] = {
        {RULE, "Automatic reply: x", OWN, "a@example.org", "oof", "en", 100, 95, LATIN},
        {RULE, "自动答复: x", OWN, "a@example.org", "oof", "zh-Hans", 100, 95, TC_SCRIPT_HAN},
        {RULE, "自動回覆: x", OWN, "a@example.org", "oof", "zh-Hant", 100, 80, TC_SCRIPT_HAN},
        {RULE, "\xD7\xD4\xB6\xAF\xB4\xF0\xB8\xB4: x", OWN, "a@example.org", "oof", "zh-Hans", 100,
         80, TC_SCRIPT_NONE},
        {RULE, "Automatic reply: 会议邀请", OWN, "a@example.org", "oof", "en", 100, 95, LATIN},
        {DRIVER, "Automatic reply: x", OWN, "a@example.org", "oof", "en", 100, 95, LATIN},
        {"SMTP", "SEND", "", "Automatic reply: x", OWN, "a@example.org", "oof", "en", 100, 95,
         LATIN},
        {DRIVER, "Read: x", OWN, "a@example.org", "receipt", "en", 20, 95, LATIN},
        {DRIVER, "Gelesen: x", OWN, "a@example.org", "receipt", "de", 20, 60, LATIN},
        {DRIVER, "Undeliverable: x", OWN, "a@example.org", "ndr", "en", 0, 95, LATIN},
        /* an unknown prefix: the script speaks; how much, the marks say */
        {RULE, "Antwoordapparaat: x", OWN, "a@example.org", "oof", "", 100, 0, LATIN},
        {RULE, "会议转发: x", OWN, "a@example.org", "oof", "zh-Hans", 100, 60, TC_SCRIPT_HAN},
        {DRIVER, "会议转发: x", OWN, "a@example.org", "oof", "zh-Hans", 20, 60, TC_SCRIPT_HAN},
        /* no prefix, or somebody's own words */
        {RULE, "会议邀请", OWN, NOTHING},
        {DRIVER, "Lunch", OWN, NOTHING},
        {RULE, "RE: Automatic reply: x", OWN, NOTHING},
        {RULE, "FW: 自动答复: x", OWN, NOTHING},
        {DRIVER, "答复: x", OWN, NOTHING},
        /* a prefix that was lost: told, if the server wrote it */
        {RULE, "????: x", OWN, "a@example.org", "oof", "", 100, 0, TC_SCRIPT_NONE},
        {RULE, "\xEF\xBF\xBD: x", OWN, "a@example.org", "oof", "", 100, 0, TC_SCRIPT_NONE},
        {RULE, "x ????", OWN, NOTHING},
        /* subjects are not logged: worth knowing where the marks are certain */
        {RULE, "", OWN, "a@example.org", "oof", "", 100, 0, TC_SCRIPT_NONE},
        {DRIVER, "", OWN, NOTHING},
        /* message classes */
        {"STOREDRIVER", "SUBMIT", CLIENT("IPM.Schedule.Meeting.Resp.Pos"), "Accepted: x",
         "a@example.org", "a@example.org", "Originating", "a@example.org", "meeting", "en", 20, 80,
         LATIN},
        /* webmail answers in the mailbox's language */
        {"STOREDRIVER", "SUBMIT", CLASS("IPM.Schedule.Meeting.Resp.Pos"), "Accepted: x",
         "a@example.org", "a@example.org", "Originating", "a@example.org", "meeting", "en", 100, 80,
         LATIN},
        {"STOREDRIVER", "SUBMIT", CLIENT("IPM.Schedule.Meeting.Resp.Pos"), "已接受: x",
         "a@example.org", "a@example.org", "Originating", "a@example.org", "meeting", "", 20, 0,
         TC_SCRIPT_HAN},
        {"STOREDRIVER", "SUBMIT", CLASS("IPM.Note.Rules.OofTemplate.Microsoft"), "", OWN,
         "a@example.org", "oof", "", 100, 0, TC_SCRIPT_NONE},
        {"STOREDRIVER", "SUBMIT", CLASS("IPM.Note"), "Accepted: x", "a@example.org",
         "a@example.org", "Originating", NOTHING},
        {"STOREDRIVER", "SUBMIT", "", "Accepted: x", "a@example.org", "a@example.org",
         "Originating", NOTHING},
        {"STOREDRIVER", "SUBMIT", "", "Automatic reply: written by a person", "a@example.org",
         "a@example.org", "Originating", NOTHING},
        /* a quota warning speaks of the one who gets it */
        {"STOREDRIVER", "SUBMIT", CLASS("IPM.Note.StorageQuotaWarning"),
         "Your mailbox is almost full", "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@e.org",
         "<>", "Originating", "jane.doe@example.org", "quota", "en", 100, 95, LATIN},
        /* strangers' */
        {"SMTP", "RECEIVE", "", "自动答复: x", "a@example.net", "<>", "Incoming", NOTHING},
        {"SMTP", "RECEIVE", "", "自动答复: x", "a@example.org", "<>", "Incoming", NOTHING},
        {"SMTP", "RECEIVE", "", "自动答复: x", "a@example.net", "<>", "", NOTHING},
        {DRIVER, "Automatic reply: x", "a@example.org", "<>", "", "a@example.org", "oof", "en", 100,
         95, LATIN},
        /* nobody's mailbox */
        {"DSN", "DSN", "", "Undeliverable: x",
         "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org", "<>", "Originating",
         NOTHING},
        {RULE, "Automatic reply: x", "postmaster@example.org", "<>", "Originating", NOTHING},
        {RULE, "Automatic reply: x", "<>", "<>", "Originating", NOTHING},
        {RULE, "Automatic reply: x", "", "<>", "Originating", NOTHING},
        /* the same message once more */
        {"REDUNDANCY", "HAREDIRECT", "", "Automatic reply: x", OWN, NOTHING},
        {"AGENT", "AGENTINFO", "", "Automatic reply: x", OWN, NOTHING},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        check(&rows[i], i);
}

Test(message_domain, without_a_direction_the_declared_domain_decides)
{
    static const message_row rows[] = {
        {RULE, "Automatic reply: x", "a@EXAMPLE.org", "<>", "", "a@EXAMPLE.org", "oof", "en", 100,
         95, LATIN},
        {"SMTP", "RECEIVE", "", "Automatic reply: x", "a@sub.example.org", "<>", "",
         "a@sub.example.org", "oof", "en", 100, 95, LATIN},
        {RULE, "Automatic reply: x", "a@notexample.org", "<>", "", NOTHING},
        {RULE, "Automatic reply: x", "a@example.net", "<>", "", NOTHING},
        {RULE, "Automatic reply: x", "a@example.net", "<>", "Originating", "a@example.net", "oof",
         "en", 100, 95, LATIN},
        {RULE, "Automatic reply: x", "a@example.org", "<>", "Incoming", NOTHING},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        check(&rows[i], i);
}

Test(message, the_client_type_is_kept)
{
    const message_row row = {"STOREDRIVER",
                             "SUBMIT",
                             CLASS("REPORT.IPM.Note.IPNRN"),
                             "Read: x",
                             OWN,
                             "a@example.org",
                             "receipt",
                             "en",
                             20,
                             95,
                             LATIN};
    show(&row);
    const tc_observation *o = fixture_at(&f, TC_OBS_MESSAGE, 0);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_CLIENT), "OWA");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_HOST), "EX01");
    char text[TC_TIME_TEXT];
    cr_expect_str_eq(tc_time_format(o->order.time, text), T);
}

Test(message, a_submission_states_whose_the_mailbox_is)
{
    static const struct {
        const char *context, *sender;
        bool told;
    } rows[] = {
        {"MDB:1bb89cf8-aa07-4103-8a1d-ca9e619f223e, Mailbox:" GUID ", Event:7", "a@example.org",
         true},
        {"Mailbox:" GUID, "a@example.org", true},
        {"MDB:" GUID ", Event:7", "a@example.org", false},
        {"Mailbox:not-a-guid-but-as-long-as-one-would-be", "a@example.org", false},
        {"Mailbox:" GUID, "<>", false},
        {"Mailbox:" GUID, "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@e.org", false},
        {"", "a@example.org", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const message_row row = {"STOREDRIVER",  "SUBMIT",       rows[i].context, "Hello",
                                 rows[i].sender, rows[i].sender, "Originating",   NOTHING};
        fixture_worker(&f);
        show(&row);
        cr_assert_eq(fixture_count(&f, TC_OBS_ALIAS), rows[i].told, "row %zu", i);
        if (!rows[i].told) continue;
        const tc_observation *o = fixture_at(&f, TC_OBS_ALIAS, 0);
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "a@example.org");
        cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_TARGET), GUID);
    }
}

Test(message, probes_are_filtered)
{
    const message_row row = {"STOREDRIVER",
                             "SUBMIT",
                             "",
                             "probe",
                             "HealthMailbox0123@example.org",
                             "HealthMailbox0123@example.org",
                             "Originating",
                             NOTHING};
    show(&row);
    cr_expect_eq(f.filtered, TC_REASON_PROBE);
    cr_expect_eq(tc_observations_count(f.batch), 0);
}
