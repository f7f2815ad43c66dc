/* HTTP.SYS error logs, NCSA access logs and IIS's own format: what lines say, and what is none. */
#include "parsers/registered.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

typedef struct line_case {
    const tc_parser *parser;
    const char *text;
    uint64_t events;
    const char *want; /* part of how the events are shown */
} line_case;

#define HTTP "2011-03-09 05:05:55 203.0.113.15 12345 192.0.2.1 443 "
#define FIELDS                                                                                     \
    "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid "   \
    "s-reason s-queuename"
#define NEWER                                                                                      \
    "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status "   \
    "s-siteid s-reason s-queuename"

static const line_case httperr[] = {
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET /a?b=c 400 - URL -\n", 1,
     "2011-03-09T05:05:55Z httperr date=text:2011-03-09 "},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET /a?b=c 400 - URL -\r\n", 1,
     "s-queuename=null: cs-uri-stem=text:/a cs-uri-query=text:b=c\n"},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET /a b  c 400 - URL -\n", 1, "cs-uri=text:/a b  c "},
    {&tc_parser_httperr, HTTP "HTTP/0.9 t3 12.2.1 400 - URL -\n", 1, "cs-method=text:t3 "},
    {&tc_parser_httperr, HTTP "- - - - - Timer_ConnectionIdle -\n", 1,
     "cs-uri=null: sc-status=null: s-siteid=null: s-reason=text:Timer_ConnectionIdle "},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET / 505 - Version_N/S -\n", 1, "text:Version_N/S "},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET / 503 1 QueueFull Mail pool two\n", 1,
     "s-queuename=text:Mail pool two "},
    {&tc_parser_httperr, HTTP "HTTP/2.0 GET / 5 503 1 QueueFull Pool\n", 1,
     "streamid=text:5 sc-status=text:503 "},
    {&tc_parser_httperr, HTTP "HTTP/2.0 GET / 5 503 1 QueueFull Pool QUIC\n", 1,
     "streamid=text:5 sc-status=text:503 s-siteid=text:1 s-reason=text:QueueFull "
     "s-queuename=text:Pool transport=text:QUIC "},
    {&tc_parser_httperr, FIELDS "\n" HTTP "HTTP/1.1 GET /a 7 400 - URL -\n", 1,
     "cs-uri=text:/a 7 "},
    {&tc_parser_httperr, NEWER "\n" HTTP "HTTP/1.1 GET /a 7 400 - URL -\n", 1,
     "cs-uri=text:/a streamid=text:7 "},
    {&tc_parser_httperr, NEWER " s-own\n" HTTP "HTTP/1.1 GET /a 7 400 - URL - x\n", 1,
     "s-queuename=null: s-own=text:x "},
    {&tc_parser_httperr, "2011-03-09 05:05:55 fe80::1%3 1 ::1%0 80 HTTP/1.1 GET / 400 - URL -\n", 1,
     "c-ip=text:fe80::1%3 "},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET /a 400 - URL\n", 0, ""},
    {&tc_parser_httperr, HTTP "HTTP/1.1 GET /a two - URL -\n", 0, ""},
    {&tc_parser_httperr, "2011-13-09 05:05:55 ::1 1 ::1 80 HTTP/1.1 GET / 400 - URL -\n", 0, ""},
    {&tc_parser_httperr, "#Fields: date time c-ip\n" HTTP "HTTP/1.1 GET / 400 - URL -\n", 0, ""},
};

#define NCSA(user, request, rest)                                                                  \
    "203.0.113.4 - " user " [09/Mar/2011:07:12:03 +0130] \"" request "\" " rest "\n"
#define GET "GET /owa/?a=b HTTP/1.1"

static const line_case ncsa[] = {
    {&tc_parser_ncsa, NCSA("-", GET, "200 12"), 1,
     "2011-03-09T05:42:03Z ncsa c-ip=text:203.0.113.4 cs-username=null: cs-method=text:GET "
     "cs-uri-stem=text:/owa/ cs-uri-query=text:a=b cs-version=text:HTTP/1.1 sc-status=text:200 "
     "sc-bytes=text:12"},
    {&tc_parser_ncsa, NCSA("CORP\\anna", GET, "200 -"), 1, "cs-username=text:CORP\\\\anna "},
    {&tc_parser_ncsa, NCSA("CORP\\\\anna", GET, "200 -"), 1, "cs-username=text:CORP\\\\anna "},
    {&tc_parser_ncsa, NCSA("CORP\\x5Canna", GET, "200 -"), 1, "cs-username=text:CORP\\\\anna "},
    {&tc_parser_ncsa, NCSA("CORP\\xaver", GET, "200 -"), 1, "cs-username=text:CORP\\\\xaver "},
    {&tc_parser_ncsa, NCSA("Anna A", GET, "200 -"), 1, "cs-username=text:Anna A "},
    {&tc_parser_ncsa, NCSA("\"\"", GET, "200 -"), 1, "cs-username=null: "},
    {&tc_parser_ncsa, NCSA("-", "GET /a\\\"b HTTP/1.0", "200 1"), 1, "cs-uri-stem=text:/a\"b "},
    {&tc_parser_ncsa, NCSA("-", "GET /a\"b c HTTP/1.0", "200 1"), 1, "cs-uri-stem=text:/a\"b c "},
    {&tc_parser_ncsa, NCSA("-", "GET /a", "200 1"), 1, "cs-uri-stem=text:/a "},
    {&tc_parser_ncsa, NCSA("-", "\\x16\\x03", "400 1"), 1, "cs-uri-stem=text:\\x16\\x03 "},
    {&tc_parser_ncsa, NCSA("-", "GET https://m.example/a?b HTTP/2.0", "200 1"), 1,
     "cs-host=text:m.example"},
    {&tc_parser_ncsa, NCSA("-", GET, "200 1 \"-\" \"A/1 (b; \\\"c\\\")\""), 1,
     "cs(Referer)=null: cs(User-Agent)=text:A/1 (b; \"c\")"},
    {&tc_parser_ncsa, NCSA("-", GET, "200 1 \"-\" \"A\" \"198.51.100.4, 192.0.2.1\""), 1,
     "X-Forwarded-For=text:198.51.100.4, 192.0.2.1"},
    {&tc_parser_ncsa, NCSA("-", GET, "200 1 \"-\" \"A\" rt=0.1 [u] xff=\"198.51.100.4\" x"), 1,
     "X-Forwarded-For=text:198.51.100.4"},
    {&tc_parser_ncsa, "m.example:443 2001:db8::7 - - [09/Mar/2011:07:12:03 +0000] \"-\" 408 -\n", 1,
     "c-ip=text:2001:db8::7 "},
    {&tc_parser_ncsa, "m.example:443 2001:db8::7 - - [09/Mar/2011:07:12:03 +0000] \"-\" 408 -\n", 1,
     "cs-host=text:m.example\n"},
    {&tc_parser_ncsa, NCSA("-", GET, "200 1 \"-\" \"A \" 200 1\" 532 0"), 1, "sc-status=text:200 "},
    {&tc_parser_ncsa, NCSA("j\\xc3\\xb6rg@corp.example", GET, "200 -"), 1,
     "cs-username=text:j\xc3\xb6rg@corp.example "},
    {&tc_parser_ncsa, NCSA("CORP\\xc3rl\\xc3\\x41\\xb6", GET, "200 -"), 1,
     "cs-username=text:CORP\\\\xc3rl\\\\xc3\\\\x41\\\\xb6 "},
    {&tc_parser_ncsa, NCSA("-", GET, "two 1"), 0, ""},
    {&tc_parser_ncsa, NCSA("-", GET, "200"), 0, ""},
    {&tc_parser_ncsa, "203.0.113.4 - - [09/Mai/2011:07:12:03 +0100] \"GET / HTTP/1.0\" 200 1\n", 0,
     ""},
    {&tc_parser_ncsa, "203.0.113.4 - - [09/Mar/2011:07:12:03 +9900] \"GET / HTTP/1.0\" 200 1\n", 0,
     ""},
};

/* What stands before and in the time: lists of addresses, and what carries a line. */
#define BEFORE(who, time) who " [" time "] \"" GET "\" 200 1\n"
#define TIME "09/Mar/2011:07:12:03 +0130"

static const line_case ncsa_clients[] = {
    {&tc_parser_ncsa, BEFORE("203.0.113.4 - -", "09/Mar/2011:07:12:03.250 +0130"), 1,
     "2011-03-09T05:42:03.250Z ncsa c-ip=text:203.0.113.4 "},
    {&tc_parser_ncsa, BEFORE("203.0.113.4 - -", "2011-03-09T07:12:03+01:30"), 1,
     "2011-03-09T05:42:03Z ncsa c-ip=text:203.0.113.4 "},
    {&tc_parser_ncsa, BEFORE("203.0.113.4 - -", "2011-03-09T07:12:03"), 0, ""},
    {&tc_parser_ncsa, BEFORE("192.0.2.9, 203.0.113.4, 10.9.0.4 - Anna A", TIME), 1,
     "c-ip=text:203.0.113.4 cs-username=text:Anna A "},
    {&tc_parser_ncsa, BEFORE("203.0.113.4, 10.9.0.4 - anna", TIME), 1,
     "X-Forwarded-For=text:203.0.113.4, 10.9.0.4"},
    {&tc_parser_ncsa, BEFORE("203.0.113.4,10.9.0.4 - anna", TIME), 1,
     "X-Forwarded-For=text:203.0.113.4,10.9.0.4"},
    {&tc_parser_ncsa, BEFORE("10.9.0.5, 10.9.0.4 - -", TIME), 1, "c-ip=text:10.9.0.4 "},
    {&tc_parser_ncsa, BEFORE("Rule /Common/x <HTTP_RESPONSE>: 203.0.113.4 - anna", TIME), 1,
     "c-ip=text:203.0.113.4 cs-username=text:anna "},
    {&tc_parser_ncsa, BEFORE("nginx-1  | 203.0.113.4 - x 192.0.2.9 - anna", TIME), 1,
     "c-ip=text:203.0.113.4 cs-username=text:x 192.0.2.9 - anna "},
    {&tc_parser_ncsa, BEFORE("h.example - x 192.0.2.9 - anna", TIME), 1,
     "c-ip=text:h.example cs-username=text:x 192.0.2.9 - anna "},
    {&tc_parser_ncsa, BEFORE("2011-03-09T05:42:03.1Z stdout F 203.0.113.4 - -", TIME), 1,
     "c-ip=text:203.0.113.4 "},
    {&tc_parser_ncsa, BEFORE("2011-03-09T05:42:03.1Z stdout P 203.0.113.4 - -", TIME), 0, ""},
    {&tc_parser_ncsa, BEFORE("2011-03-09T05:42:03.1Z 203.0.113.4 - -", TIME), 1,
     "c-ip=text:203.0.113.4 "},
};

#define NATIVE(user, date, clock, rest)                                                            \
    "203.0.113.4, " user ", " date ", " clock ", W3SVC1, MAIL1, 192.0.2.5, 16, 769, 143, 200, 0, " \
    "GET, " rest ",\r\n"

static const line_case native[] = {
    {&tc_parser_iis_native, NATIVE("CORP\\anna", "3/9/2011", "7:12:03", "/owa/, a=b,c"), 1,
     "2011-03-09T06:12:03Z iis-native c-ip=text:203.0.113.4 cs-username=text:CORP\\\\anna "},
    {&tc_parser_iis_native, NATIVE("-", "3/9/2011", "17:12:03", "/owa/, a=b,c"), 1,
     "cs-method=text:GET cs-uri-stem=text:/owa/ cs-uri-query=text:a=b,c\n"},
    {&tc_parser_iis_native, NATIVE("-", "12/31/99", "7:12:03", "/a, b.htm, -"), 1,
     "1999-12-31T06:12:03Z iis-native"},
    {&tc_parser_iis_native, NATIVE("-", "12/31/99", "7:12:03", "/a, b.htm, -"), 1,
     "cs-uri-stem=text:/a, b.htm cs-uri-query=null:\n"},
    {&tc_parser_iis_native, NATIVE("-", "31.12.2011", "7:12:03", "/a, -"), 1,
     "2011-12-31T06:12:03Z"},
    {&tc_parser_iis_native, NATIVE("-", "31/12/2011", "7:12:03", "/owa/, -"), 1,
     "2011-12-31T06:12:03Z"},
    {&tc_parser_iis_native,
     NATIVE("-", "1/2/2011", "7:12:03", "/a, -") NATIVE("-", "13/2/2011", "7:12:03", "/b, -"), 2,
     "2011-02-01T06:12:03Z"},
    {&tc_parser_iis_native,
     NATIVE("-", "1/2/2011", "7:12:03", "/a, -") NATIVE("-", "1/13/2011", "7:12:03", "/b, -"), 2,
     "2011-01-02T06:12:03Z"},
    {&tc_parser_iis_native,
     NATIVE("-", "12/1/2011", "7:12:03", "/a, -") NATIVE("-", "1/2/2011", "7:12:03", "/b, -"), 2,
     "2011-01-12T06:12:03Z"},
    {&tc_parser_iis_native,
     NATIVE("-", "1/2/2011", "7:12:03", "/a, -") NATIVE("-", "2/2/2011", "7:12:03", "/b, -"), 2,
     "2011-02-02T06:12:03Z"},
    {&tc_parser_iis_native, NATIVE("-", "3/9/2011", "7:12", "/owa/, -"), 0, ""},
    {&tc_parser_iis_native, NATIVE("-", "3/9/2011", "7:12:03", "/owa/"), 0, ""},
    {&tc_parser_iis_native, NATIVE("", "3/9/2011", "7:12:03", "/owa/, -"), 0, ""},
};

#define ISA(user, agent, date, uri, status, tail)                                                  \
    "203.0.113.4," user "," agent ",Y," date ",7:12:03,w3reverseproxy,TMG1,-,mail,192.0.2.5,443,"  \
    "16,512,300,https,TCP,GET," uri ",text/html,Inet," status ",0x41a00000,Publish OWA" tail "\n"
#define ISA_TAIL ",Req ID: 1,External,Local Host,0x580,Allowed,2011-03-09 05:12:03,-,-"
#define ISA_FORGED                                                                                 \
    "x,Y,3/9/2011,7:12:03,w3proxy,T,-,h,1.2.3.4,443,1,1,1,https,TCP,GET,/owa/,-,Inet,200,0x0"

static const line_case isa[] = {
    {&tc_parser_isa,
     ISA("CORP\\anna", "A/1 (a, b)", "3/9/2011", "https://mail/owa/?a=b,c", "200", ""), 1,
     "2011-03-09T06:12:03Z isa c-ip=text:203.0.113.4 cs-username=text:CORP\\\\anna "
     "c-agent=text:A/1 (a, b) sc-authenticated=text:Y "},
    {&tc_parser_isa, ISA("-", "A", "3/9/2011", "https://mail/owa/?a=b,c", "200", ISA_TAIL), 1,
     "2011-03-09T05:12:03Z isa "},
    {&tc_parser_isa, ISA("-", "A", "2011-03-09", "https://mail/owa/?a=b,c", "200", ""), 1,
     "cs-uri-stem=text:/owa/ cs-uri-query=text:a=b,c\n"},
    {&tc_parser_isa, ISA("-", "A", "9.3.2011", "-", "200", ""), 1, "2011-03-09T06:12:03Z "},
    {&tc_parser_isa, ISA("anna?", "A", "3/9/2011", "/owa/", "200", ""), 1, "cs-username=null: "},
    {&tc_parser_isa, ISA("anna?", "A", "3/9/2011", "/owa/", "401", ""), 1,
     "cs-username=text:anna "},
    {&tc_parser_isa,
     ISA("-", "A", "1/2/2011", "/", "200", "") ISA("-", "A", "13/2/2011", "/", "200", ""), 2,
     "2011-02-01T06:12:03Z"},
    /* What clients say must not become another request. */
    {&tc_parser_isa, ISA("-", ISA_FORGED, "3/9/2011", "/", "403", ""), 0, ""},
    {&tc_parser_isa, ISA("-", "A", "3/9/2011", "/?" ISA_FORGED, "403", ""), 0, ""},
    {&tc_parser_isa, ISA("-", "A", "3/9/2011", "/?a,-,Inet,200,0x0", "403", ""), 0, ""},
    {&tc_parser_isa, ISA("-", "A", "13/13/2011", "/", "200", ""), 0, ""},
    {&tc_parser_isa, "203.0.113.4,-,A,Y,3/9/2011,7:12:03,fwsrv,T,-,h,1.2.3.4,443,1,1,1\n", 0, ""},
};

static void try(const line_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_slice text = tc_slice_of(cases[i].text);
        tc_chunker chunker = {.parser = cases[i].parser, .zone_offset_ns = TC_HOUR};
        tc_chunker_run(&chunker, text);
        cr_expect(tc_chunker_sound(&chunker, text), "%s", cases[i].text);
        cr_expect_eq(chunker.memory.events, cases[i].events, "%s", cases[i].text);
        cr_expect_neq(tc_slice_search(tc_chunker_text(&chunker), tc_slice_of(cases[i].want)),
                      TC_NPOS, "%s: %.*s", cases[i].text, (int)tc_chunker_text(&chunker).len,
                      tc_chunker_text(&chunker).ptr);
        tc_chunker_done(&chunker);
    }
}

Test(line_logs, anchor_a_uri_of_httpsys_from_both_ends)
{
    try(httperr, TC_COUNT_OF(httperr));
}

Test(line_logs, read_ncsa_with_what_administrators_add)
{
    try(ncsa, TC_COUNT_OF(ncsa));
}

Test(line_logs, find_the_client_behind_what_carries_a_line)
{
    try(ncsa_clients, TC_COUNT_OF(ncsa_clients));
}

Test(line_logs, read_iis_own_format_in_the_zone_of_the_server)
{
    try(native, TC_COUNT_OF(native));
}

Test(line_logs, isa_rows_are_found_by_their_fixed_places)
{
    try(isa, TC_COUNT_OF(isa));
}

Test(line_logs, book_what_is_none_under_a_reason)
{
    static const struct {
        const char *text;
        tc_reason reason;
    } rejected[] = {
        {"nothing of the kind\n", TC_REASON_NOT_EVENT},
        {"203.0.113.4 - - [09/Mar/2011:07:12:03 +0100] \"GET / HT", TC_REASON_TRUNCATED},
        {"203.0.113.4 - bo [09/Mar/2011:07:12:03 +0100] \"GET /owa/\" 200 9 \"-\" \"x HTTP/1.1\" "
         "401 0 \"-\" \"y\"\n",
         TC_REASON_BAD_QUOTE},
        {"203.0.113.4 - eve [09/Mar/2011:07:12:03 +0100] \"GET /owa/ HTTP/1.1\" 200 9 "
         "[09/Mar/2011:07:12:03 +0100] \"GET /owa/ HTTP/1.1\" 401 0\n",
         TC_REASON_BAD_QUOTE},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rejected); i++) {
        tc_chunker chunker = {.parser = &tc_parser_ncsa};
        tc_chunker_run(&chunker, tc_slice_of(rejected[i].text));
        cr_expect_eq(chunker.ledger.records.rejected[rejected[i].reason], 1, "%s",
                     rejected[i].text);
        tc_chunker_done(&chunker);
    }
}
