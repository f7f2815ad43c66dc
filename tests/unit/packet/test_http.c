/* HTTP as it is told: whose a request is, which answer is its own, and nothing secret of either. */
#include "parsers/packet/dialogue.h"
#include "parsers/packet/http_hops.h"
#include "parsers/packet/http_secret.h"

#include <criterion/criterion.h>

#include "parsers/base/alloc.h"

static tc_wire wire;
static tc_dialogue d;

static void begin(void)
{
    cr_assert(tc_wire_init(&wire));
    d = (tc_dialogue){.protocol = &tc_wire_http, .wire = &wire, .server_port = 80};
    d.state = tc_alloc(1, tc_wire_http.state_size);
    cr_assert(d.state);
}

static void done(void)
{
    if (d.state) tc_wire_http.end(&d);
    tc_free(d.state);
    tc_wire_done(&wire);
}

TestSuite(http, .init = begin, .fini = done);

/* A side says whole messages, or bodies in any pieces. */
static void say(bool server, const char *text)
{
    tc_slice bytes = tc_slice_of(text);
    while (bytes.len > 0 && !d.opaque) {
        size_t taken = tc_wire_http.take(&d, server, bytes);
        cr_assert(taken > 0, "not taken: %s", (const char *)bytes.ptr);
        bytes = tc_slice_sub(bytes, taken, bytes.len);
    }
}

static void ask(const char *text)
{
    say(false, text);
}
static void answer(const char *text)
{
    say(true, text);
}

/* Every request told, one a line: the columns that a test is about, "-" where one is empty. */
static const char *told(const tc_exchange_column *columns, size_t count)
{
    static char text[8192];
    size_t n = 0, at = strlen(TC_EXCHANGE_MAGIC);
    tc_exchange e;
    text[0] = '\0';
    for (size_t length;
         (length = tc_exchange_read(tc_slice_sub(tc_str_view(&wire.out.out), at, SIZE_MAX), &e)) >
         0;
         at += length) {
        for (size_t i = 0; i < count; i++) {
            tc_exchange_column column;
            tc_slice value, found = TC_LIT("-"), body = e.body;
            while (tc_exchange_next(&body, &column, &value))
                if (column == columns[i]) found = value;
            n += (size_t)snprintf(text + n, sizeof text - n, "%.*s%s", (int)found.len,
                                  (const char *)found.ptr, i + 1 < count ? " " : "\n");
        }
    }
    return text;
}

#define TOLD(...)                                                                                  \
    told((const tc_exchange_column[]){__VA_ARGS__},                                                \
         sizeof((const tc_exchange_column[]){__VA_ARGS__}) / sizeof(tc_exchange_column))
#define OUTCOMES TOLD(TC_WEB_STEM, TC_WEB_STATUS)
#define USERS TOLD(TC_WEB_STEM, TC_WEB_USER)

#define GET(stem) "GET " stem " HTTP/1.1\r\n\r\n"
#define GET_WITH(stem, headers) "GET " stem " HTTP/1.1\r\n" headers "\r\n\r\n"
#define ANSWER(status) "HTTP/1.1 " status " x\r\nContent-Length: 0\r\n\r\n"
#define SETS(status, headers) "HTTP/1.1 " status " x\r\nContent-Length: 0\r\n" headers "\r\n\r\n"
#define FORM_OF(headers, length)                                                                   \
    "POST /owa/auth.owa HTTP/1.1\r\nContent-Length: " length "\r\n" headers "\r\n"
#define LOGON(headers, length, name) FORM_OF(headers, length) "username=" name

/* -- which answer is whose ------------------------------------------------------------------ */

Test(http, more_requests_than_wait_leave_the_answers_of_the_others_theirs)
{
    char text[64];
    for (int i = 0; i < 40; i++) {
        (void)snprintf(text, sizeof text, "GET /%d HTTP/1.1\r\n\r\n", i);
        ask(text);
    }
    for (int i = 0; i < 40; i++) {
        (void)snprintf(text, sizeof text, "HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", 200 + i);
        answer(text);
    }
    const char *all = OUTCOMES;
    cr_expect(strstr(all, "/7 -\n"), "%s", all);
    cr_expect(strstr(all, "/8 208\n"), "%s", all);
    cr_expect(strstr(all, "/39 239\n"), "%s", all);
}

Test(http, an_unknown_method_is_a_request)
{
    ask("FOO /a HTTP/1.1\r\n\r\n" GET("/b") "notify /c HTTP/1.1\r\n\r\n");
    answer(ANSWER("405") ANSWER("200") ANSWER("501"));
    cr_expect_str_eq(OUTCOMES, "/a 405\n/b 200\n/c 501\n");
}

Test(http, behind_lost_requests_no_answer_is_given_to_another_one)
{
    ask(GET("/1"));
    tc_wire_http.lost(&d, false, 20);
    ask(GET("/3"));
    answer(ANSWER("200") ANSWER("401") ANSWER("402"));
    cr_expect_str_eq(OUTCOMES, "/1 200\n/3 -\n");
    ask(GET("/4"));
    answer(ANSWER("204"));
    cr_expect(strstr(OUTCOMES, "/4 204\n"), "settled: one answer was nobody's");
}

Test(http, one_request_at_a_time_goes_on_behind_a_loss)
{
    ask(GET("/1"));
    answer(ANSWER("200"));
    tc_wire_http.lost(&d, false, 20);
    answer(ANSWER("402"));
    ask(GET("/3"));
    answer(ANSWER("401"));
    cr_expect_str_eq(OUTCOMES, "/1 200\n/3 401\n");
}

Test(http, behind_lost_answers_the_next_request_has_the_next)
{
    ask(GET("/1"));
    tc_wire_http.lost(&d, true, 20);
    ask(GET("/2"));
    answer(ANSWER("200"));
    cr_expect_str_eq(OUTCOMES, "/1 -\n/2 200\n");
}

/* -- forms ---------------------------------------------------------------------------------- */

Test(http, a_form_is_not_glued_over_a_hole)
{
    ask(FORM_OF("", "41") "flags=4&username=an");
    tc_wire_http.lost(&d, false, 9);
    ask("not-kept&ok=1");
    answer(SETS("302", "Set-Cookie: cadata=1"));
    ask(FORM_OF("", "40") "username=anna&password=no");
    tc_wire_http.lost(&d, false, 11);
    ask("kept");
    answer(SETS("302", "Set-Cookie: cadata=2"));
    cr_expect_str_eq(USERS, "/owa/auth.owa -\n/owa/auth.owa anna\n");
}

Test(http, a_form_is_one_however_its_page_and_its_field_are_written)
{
    ask("POST /%6Fwa%2fauth%2Eowa HTTP/1.1\r\nContent-Length: 15\r\n\r\nuser%6Eame=anna");
    answer(ANSWER("302"));
    cr_expect_str_eq(TOLD(TC_WEB_STEM, TC_WEB_USER, TC_WEB_AUTHENTICATION),
                     "/owa/auth.owa anna form\n");
}

Test(http, a_path_is_decoded_once_and_to_nothing_that_breaks_it)
{
    ask(GET("/a%2541%3Fb%23%20%0d%00%C3%A9%4") GET("/x?u=http://h/p"));
    answer(ANSWER("200") ANSWER("200"));
    cr_expect_str_eq(TOLD(TC_WEB_STEM, TC_WEB_QUERY),
                     "/a%2541%3Fb%23%20%0d%00%C3%A9%4 -\n/x u=http://h/p\n");
}

/* -- whose it is ---------------------------------------------------------------------------- */

Test(http, authorization_shows_schemes_and_names_only)
{
    ask(GET_WITH("/1", "Authorization: YW5uYTpub3Qta2VwdA=="));
    ask(GET_WITH("/2", "Authorization: eyJub3QiOiJrZXB0In0.x.y"));
    ask(GET_WITH("/3", "Authorization: Basic\tYW5uYTpub3Qta2VwdA=="));
    ask(GET_WITH("/4", "Authorization: Basic\r\n  YW5uYTpub3Qta2VwdA=="));
    ask(GET_WITH("/5", "Authorization: Bearer not-kept"));
    tc_wire_http.end(&d);
    cr_expect_str_eq(TOLD(TC_WEB_STEM, TC_WEB_AUTHENTICATION, TC_WEB_USER),
                     "/1 - -\n/2 - -\n/3 Basic anna\n/4 Basic anna\n/5 Bearer -\n");
}

Test(http, a_browser_s_cookie_does_not_outlive_the_logon_s)
{
    ask(LOGON("", "13", "anna"));
    answer(SETS("302", "Set-Cookie: sessionid=S\r\nSet-Cookie: cadata=1"));
    ask(GET_WITH("/a", "Cookie: sessionid=S; cadata=1"));
    answer(ANSWER("200"));
    ask(LOGON("Cookie: sessionid=S\r\n", "12", "bob"));
    answer(SETS("302", "Set-Cookie: cadata=2"));
    ask(GET_WITH("/b", "Cookie: sessionid=S; cadata=2"));
    answer(ANSWER("200"));
    ask(GET_WITH("/c", "Cookie: sessionid=S"));
    answer(ANSWER("200"));
    cr_expect_str_eq(USERS, "/owa/auth.owa anna\n/a anna\n/owa/auth.owa bob\n/b bob\n/c -\n");
}

Test(http, a_session_is_one_however_its_cookies_come)
{
    ask(LOGON("", "13", "anna"));
    answer(SETS("302", "Set-Cookie: cadata=1"));
    ask(GET_WITH("/a", "Cookie: cadata=1\r\nCookie: theme=x"));
    answer(SETS("200", "Set-Cookie: cadata=2"));
    ask(GET_WITH("/b", "Cookie: sessionid=S\r\nCookie: cadata=2"));
    answer(ANSWER("200"));
    cr_expect_str_eq(USERS, "/owa/auth.owa anna\n/a anna\n/b anna\n");
}

/* -- nothing secret ------------------------------------------------------------------------- */

Test(http, queries_and_addresses_lose_their_secrets)
{
    static const char *const rows[][2] = {
        {"a=1&b=2;c=3&", "a=1&b=2;c=3&"},
        {"newPassword=x&j_password=x&a=1", "newPassword=&j_password=&a=1"},
        {"access_token=x&pw=x&code=x&SAMLResponse=x", "access_token=&pw=&code=&SAMLResponse="},
        {"passw%6Frd=x", "passw%6Frd="},
        {"a=1;password=x;y&b=2", "a=1;password=&b=2"},
        {"password", "password"},
        {"=&=", "=&="},
    };
    static const char *const addresses[][2] = {
        {"https://anna:x@mail/owa/#password=x", "https://mail/owa/"},
        {"https://mail:8443/owa/?a=1&pwd=x#y", "https://mail:8443/owa/?a=1&pwd="},
        {"https://a:b@c@mail", "https://mail"},
        {"/owa/a@b/", "/owa/a@b/"},
    };
    char out[256];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_http_copy_query(tc_slice_of(rows[i][0]), out, sizeof out);
        cr_expect_str_eq(out, rows[i][1]);
    }
    for (size_t i = 0; i < TC_COUNT_OF(addresses); i++) {
        tc_http_copy_address(tc_slice_of(addresses[i][0]), out, sizeof out);
        cr_expect_str_eq(out, addresses[i][1]);
    }
    for (size_t size = 1; size < 20; size++) {
        tc_http_copy_query(TC_LIT("ab=1&pass=not-kept&c=2"), out, size);
        cr_expect(strlen(out) < size && !strstr(out, "not"), "%zu: %s", size, out);
    }
}

/* -- who it came from ----------------------------------------------------------------------- */

static const char *hops(const char *const *headers, const char *preface)
{
    static char out[40];
    tc_http_hops h = {.listed = ""};
    for (size_t i = 0; headers[i]; i += 2)
        tc_http_hops_note(&h, tc_slice_of(headers[i]), tc_slice_of(headers[i + 1]));
    tc_http_hops_list(&h, tc_slice_of(preface), out, sizeof out);
    return out;
}
#define HOPS(preface, ...) hops((const char *const[]){__VA_ARGS__, NULL}, preface)

Test(http, hops_are_one_list_with_the_nearest_on_the_right)
{
    cr_expect_str_eq(HOPS("", "X-Forwarded-For", "1.1.1.1, 2.2.2.2"), "1.1.1.1, 2.2.2.2");
    cr_expect_str_eq(HOPS("", "x-forwarded-for", "1.1.1.1", "X-Forwarded-For", "2.2.2.2"),
                     "1.1.1.1, 2.2.2.2");
    cr_expect_str_eq(HOPS("3.3.3.3", "X-Forwarded-For", "8.8.8.8"), "8.8.8.8, 3.3.3.3");
    cr_expect_str_eq(HOPS("3.3.3.3", "Host", "m"), "3.3.3.3");
    cr_expect_str_eq(HOPS("", "X-Real-IP", "1.1.1.1", "Forwarded", "for=2.2.2.2"), "1.1.1.1");
    cr_expect_str_eq(HOPS("", "X-Real-IP", "1.1.1.1", "X-Forwarded-For", "2.2.2.2"), "2.2.2.2");
    cr_expect_str_eq(HOPS("", "Forwarded", "for=1.1.1.1;by=9.9.9.9, For=\"[2001:db8::1]:4\""),
                     "1.1.1.1, [2001:db8::1]:4");
    cr_expect_str_eq(HOPS("", "Forwarded", "for=8.8.8.8", "Forwarded", "by=9.9.9.9"),
                     "8.8.8.8, unknown");
    cr_expect_str_eq(HOPS("3.3.3.3", "X-Forwarded-For", "8.8.8.8, 8.8.8.8, 8.8.8.8, 8.8.8.8"),
                     "8.8.8.8, 8.8.8.8, 8.8.8.8, 3.3.3.3", "the left end gives way");
}
