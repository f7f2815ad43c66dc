#include "tests/unit/enrich/fixture.h"

#include <criterion/criterion.h>

static fixture f;

static void setup(void)
{
    fixture_open_front_end(&f);
}

static void teardown(void)
{
    fixture_close(&f);
}

TestSuite(webmail_spans, .init = setup, .fini = teardown);

#define T "2011-03-09T07:12:03Z"

Test(webmail_spans, a_span_merges_the_requests_of_one_client)
{
    fixture_show(&f, "2011-03-09T07:00:00Z",
                 "GET /owa/ ae=Folder 443 EX\\jdoe 203.0.113.9 Mozilla/5.0+(X) 200");
    fixture_show(&f, "2011-03-09T07:20:00Z",
                 "POST /owa/service.svc action=FindItem 443 EX\\jdoe 203.0.113.9 "
                 "Mozilla/5.0+(X) 200");
    fixture_show(&f, "2011-03-09T07:50:00Z",
                 "GET /owa/x - 443 EX\\jdoe 203.0.113.9 Mozilla/5.0+(X) 200");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 1);
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    char text[TC_TIME_TEXT];
    cr_expect_eq(o->count, 3);
    cr_expect_str_eq(tc_time_format(o->order.time, text), "2011-03-09T07:00:00Z");
    cr_expect_str_eq(tc_time_format(o->last, text), "2011-03-09T07:50:00Z");
    cr_expect_eq(o->order.source_key, 77);
    cr_expect_eq(o->order.position, 0);
    cr_expect_eq(o->at.source, 3);
    cr_expect_eq(o->at.line, 1);
    cr_expect_eq(o->address_class, TC_ADDRESS_REMOTE);
    cr_expect_eq(o->status, 200);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_USER), "EX\\jdoe");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_AGENT), "Mozilla/5.0 (X)");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_PROTOCOL), "owa");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_HOST), "EX01");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_RAW),
                     "GET /owa/ ae=Folder 443 EX\\jdoe 203.0.113.9 Mozilla/5.0+(X) 200");
    fixture_show(&f, "2011-03-09T08:20:01Z",
                 "GET /owa/x - 443 EX\\jdoe 203.0.113.9 Mozilla/5.0+(X) 200");
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 2, "idle too long");
}

Test(webmail_spans, whatever_differs_is_another_span)
{
    static const char *const rows[] = {
        "GET /owa/x - 443 EX\\jdoe 203.0.113.9 A 200",
        "GET /owa/x - 443 EX\\broe 203.0.113.9 A 200",
        "GET /owa/x - 443 EX\\jdoe 203.0.113.10 A 200",
        "GET /owa/x - 443 EX\\jdoe 203.0.113.9 B 200",
        "GET /ecp/x - 443 EX\\jdoe 203.0.113.9 A 200",
        "GET /owa/victim@example.org/ - 443 EX\\jdoe 203.0.113.9 A 200",
    };
    for (int round = 0; round < 3; round++)
        for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
            fixture_show(&f, T, rows[i]);
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), TC_COUNT_OF(rows));
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(fixture_at(&f, TC_OBS_WEB_SPAN, i)->count, 3);
    cr_expect_str_eq(fixture_text(&f, fixture_at(&f, TC_OBS_WEB_SPAN, 5), TC_OBS_TEXT_TARGET),
                     "victim@example.org");
    fixture_block(&f);
    fixture_show(&f, T, rows[0]);
    cr_expect_eq(fixture_at(&f, TC_OBS_WEB_SPAN, 0)->count, 1, "a block knows nothing of others");
}

Test(webmail_spans, the_earliest_request_is_the_evidence)
{
    fixture_show(&f, "2011-03-09T07:10:00Z", "GET /owa/b - 443 EX\\jdoe 203.0.113.9 A 200");
    fixture_show(&f, "2011-03-09T07:05:00Z", "GET /owa/a - 443 EX\\jdoe 203.0.113.9 A 302");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 1);
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    char text[TC_TIME_TEXT];
    cr_expect_eq(o->count, 2);
    cr_expect_str_eq(tc_time_format(o->order.time, text), "2011-03-09T07:05:00Z");
    cr_expect_str_eq(tc_time_format(o->last, text), "2011-03-09T07:10:00Z");
    cr_expect_eq(o->at.line, 2);
    cr_expect_eq(o->order.position, 100);
    cr_expect_eq(o->status, 302, "what is said of it is of the same request");
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_RAW),
                     "GET /owa/a - 443 EX\\jdoe 203.0.113.9 A 302");
    fixture_show(&f, "2011-03-09T06:30:00Z", "GET /owa/d - 443 EX\\jdoe 203.0.113.9 A 200");
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 2, "too early to be the same");
}

/* However the lines of one second stand, the same one is the evidence. */
Test(webmail_spans, of_one_instant_the_bytes_decide_which_is_the_evidence)
{
    static const char *const rows[] = {"GET /owa/a - 443 EX\\jdoe 203.0.113.9 A 200",
                                       "GET /owa/c - 443 EX\\jdoe 203.0.113.9 A 200"};
    char first[200];
    fixture_show(&f, T, rows[0]);
    fixture_show(&f, T, rows[1]);
    const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    snprintf(first, sizeof(first), "%s", fixture_text(&f, o, TC_OBS_TEXT_RAW));
    fixture_block(&f);
    fixture_show(&f, T, rows[1]);
    fixture_show(&f, T, rows[0]);
    o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
    cr_expect_eq(o->count, 2);
    cr_expect_str_eq(fixture_text(&f, o, TC_OBS_TEXT_RAW), first);
}

Test(webmail_spans, what_makes_no_span)
{
    static const char *const rows[] = {
        "GET /owa/x - 443 - 203.0.113.9 A 200",
        "GET /owa/x - 443 EX\\jdoe 203.0.113.9 A 404",
        "GET /owa/x - 443 EX\\jdoe 203.0.113.9 A 500",
        "GET /owa/x - 443 EX\\EX01$ 203.0.113.9 A 200",
        "GET /owa/x - 443 EX\\jdoe 203.0.113.9 A -",
        "GET /other/x - 443 EX\\j 203.0.113.9 A 200",
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(fixture_show(&f, T, rows[i]), TC_REASON_COUNT, "%s", rows[i]);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 0, "%s", rows[i]);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_USE), 0, "%s", rows[i]);
    }
    fixture_show(&f, T, "POST /EWS/Exchange.asmx - 443 EX\\j 203.0.113.9 curl/7 200");
    fixture_show(&f, T, "POST /PowerShell/ - 443 EX\\j 203.0.113.9 - 200");
    cr_assert_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 2);
    cr_expect_str_eq(fixture_text(&f, fixture_at(&f, TC_OBS_WEB_SPAN, 0), TC_OBS_TEXT_PROTOCOL),
                     "ews");
    cr_expect_str_eq(fixture_text(&f, fixture_at(&f, TC_OBS_WEB_SPAN, 1), TC_OBS_TEXT_PROTOCOL),
                     "powershell");
}

/* What a client says it is makes it no session, and leaves it not out. */
Test(webmail_spans, what_programs_do_is_told_once_a_week)
{
    static const char *const rows[] = {
        "GET /owa/ev.owa2 ns=PendingRequest 443 EX\\j 203.0.113.9 A 200",
        "GET /mapi/emsmdb/ - 443 EX\\j 203.0.113.9 B 200",
        "POST /rpc/x - 443 EX\\j 203.0.113.10 A 200",
        "POST /autodiscover/x - 443 EX\\k 203.0.113.9 A 200",
        "GET /oab/x - 443 EX\\j 203.0.113.9 C 200",
        "POST /Microsoft-Server-ActiveSync Cmd=Ping 443 EX\\j 203.0.113.9 D 200",
        "POST /EWS/Exchange.asmx - 443 EX\\j 203.0.113.9 MacOutlook/16.66 200",
        "POST /EWS/Exchange.asmx - 443 EX\\j 10.2.2.2 A 200",
    };
    static const char *const told[] = {
        "GET /mapi/emsmdb/ - 443 EX\\j 203.0.113.9 A 200", /* another protocol */
        "GET /mapi/emsmdb/ - 443 EX\\j 10.2.2.3 A 200",    /* another address inside */
        "POST /EWS/Exchange.asmx - 443 EX\\j 172.16.0.1 A 200",
        "POST /Microsoft-Server-ActiveSync Cmd=Ping 443 EX\\j 203.0.113.9 E 401",
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        fixture_show(&f, T, rows[i]);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 0, "%s", rows[i]);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_USE), i + 1, "%s", rows[i]);
    }
    for (size_t i = 0; i < TC_COUNT_OF(told); i++) {
        fixture_show(&f, "2011-03-09T10:00:01Z", told[i]);
        cr_expect_eq(fixture_count(&f, TC_OBS_WEB_USE), TC_COUNT_OF(rows), "%s", told[i]);
    }
    fixture_show(&f, "2011-03-09T23:50:00Z", rows[0]);
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_USE), TC_COUNT_OF(rows),
                 "the same week, a Wednesday");
    fixture_show(&f, "2011-03-10T00:10:00Z", rows[0]);
    cr_expect_eq(fixture_count(&f, TC_OBS_WEB_USE), TC_COUNT_OF(rows) + 1, "weeks end with it");
}

Test(webmail_spans, a_flood_of_spans_ends_them_and_loses_nothing)
{
    char row[128];
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 5000; i++) {
            snprintf(row, sizeof(row), "GET /owa/x - 443 EX\\user%u 203.0.113.9 A 200", i);
            fixture_show(&f, T, row);
        }
    }
    size_t requests = 0, spans = fixture_count(&f, TC_OBS_WEB_SPAN);
    for (size_t i = 0; i < spans; i++)
        requests += tc_observations_at(f.batch, i)->count;
    cr_expect_eq(requests, 10000);
    cr_expect_gt(spans, 5000);
    cr_expect_leq(spans, 10000);
}

/* Blocks may end between any two of these. */
Test(webmail_spans, a_span_says_of_all_its_requests_that_an_address_was_not_believed)
{
    static const char with[] = "GET /owa/x - 443 EX\\b 198.51.100.7 A 200 0 10.0.0.5";
    static const char without[] = "GET /owa/x - 443 EX\\b 198.51.100.7 A 302";
    static const struct {
        const char *time, *row;
    } orders[][3] = {
        {{"2011-03-01T10:00:00Z", without}, {"2011-03-01T10:01:00Z", with}, {"", NULL}},
        {{"2011-03-01T10:01:00Z", with}, {"2011-03-01T10:00:00Z", without}, {"", NULL}},
        {{"2011-03-01T10:01:00Z", without},
         {"2011-03-01T10:02:00Z", with},
         {"2011-03-01T10:00:00Z", without}},
    };
    for (size_t i = 0; i < TC_COUNT_OF(orders); i++) {
        fixture_block(&f);
        for (size_t k = 0; k < 3 && orders[i][k].row; k++)
            fixture_show(&f, orders[i][k].time, orders[i][k].row);
        cr_assert_eq(fixture_count(&f, TC_OBS_WEB_SPAN), 1, "%zu", i);
        const tc_observation *o = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
        cr_expect_eq(o->flags, TC_OBS_FLAG_DOUBTED | TC_OBS_FLAG_REDIRECT, "%zu", i);
        cr_expect_eq(o->status, 302, "%zu", i);
    }
}

/* The span stands in a batch that is handed over, and the request comes again in the next one. */
Test(webmail_spans, a_span_without_room_for_an_earlier_request_stays_as_it_was)
{
    static uint8_t filler[1 << 16];
    size_t full = 0, grown = 0;
    f.batch_bytes = sizeof(filler);
    f.nameless = true;
    for (size_t room = 0; room < 1000; room += 5) {
        fixture_block(&f);
        fixture_show(&f, T, "GET /owa/x - 443 EX\\b 203.0.113.9 A 200 0 - MAIL1");
        tc_observation before = *fixture_at(&f, TC_OBS_WEB_SPAN, 0);
        tc_text_ref ref;
        size_t slot = 16, left = f.batch_bytes - tc_observations_bytes(f.batch) - slot - room;
        cr_assert(!tc_failed(tc_observations_text(f.batch, tc_slice_make(filler, left), &ref)));
        fixture_web(&f, "2011-03-09T07:12:02Z",
                    "GET /owa/other - 443 EX\\b 203.0.113.9 A 302 0 - MAIL2");
        tc_status status = fixture_observe(&f);
        const tc_observation *after = fixture_at(&f, TC_OBS_WEB_SPAN, 0);
        if (tc_failed(status))
            cr_expect(memcmp(&before, after, sizeof(before)) == 0, "with room for %zu", room);
        else
            cr_expect_eq(after->status, 302);
        full += tc_failed(status);
        grown += !tc_failed(status);
    }
    cr_expect_gt(full, 10);
    cr_expect_gt(grown, 10);
}
