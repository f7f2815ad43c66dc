/* Connections put in order: whatever the order, the wrapping and the losses of their segments. */
#include "parsers/packet/flows.h"

#include <criterion/criterion.h>

static tc_wire wire;
static tc_flows *flows;

static void open_flows(void)
{
    cr_assert(tc_wire_init(&wire));
    flows = tc_flows_new(&wire);
    cr_assert(flows);
}

static void close_flows(void)
{
    tc_flows_free(flows);
    tc_wire_done(&wire);
}

TestSuite(flows, .init = open_flows, .fini = close_flows);

static tc_ip address(uint8_t last)
{
    tc_ip ip = {{0}};
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    ip.bytes[12] = 10;
    ip.bytes[15] = last;
    return ip;
}

typedef struct segment {
    bool server;
    uint32_t sequence, acknowledged;
    uint8_t flags;
    const char *text;
} segment;

static void take_at(const segment *s, uint16_t port, tc_time time)
{
    tc_datagram d = {.source = address(s->server ? 1 : 9),
                     .target = address(s->server ? 9 : 1),
                     .source_port = s->server ? 80 : port,
                     .target_port = s->server ? port : 80,
                     .tcp = true,
                     .flags = s->flags,
                     .sequence = s->sequence,
                     .acknowledged = s->acknowledged,
                     .payload = tc_slice_of(s->text),
                     .whole = true};
    tc_flows_take(flows, &d, time);
}

static void take(const segment *s, uint16_t port)
{
    take_at(s, port, TC_SECOND);
}

static void take_all(const segment *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        take(&list[i], 5000);
}

/* Of every request told: "stem status", one a line. */
static const char *told(void)
{
    static char text[1024];
    size_t n = 0, at = strlen(TC_EXCHANGE_MAGIC);
    tc_exchange e;
    text[0] = '\0';
    for (size_t length;
         (length = tc_exchange_read(tc_slice_sub(tc_str_view(&wire.out.out), at, SIZE_MAX), &e)) >
         0;
         at += length) {
        tc_exchange_column column;
        tc_slice value;
        while (tc_exchange_next(&e.body, &column, &value))
            if (column == TC_WEB_STEM || column == TC_WEB_STATUS)
                n += (size_t)snprintf(text + n, sizeof text - n, "%.*s ", (int)value.len,
                                      (const char *)value.ptr);
    }
    return text;
}

#define SYN TC_TCP_SYN
#define ACK TC_TCP_ACK
#define FIN (TC_TCP_FIN | TC_TCP_ACK)
#define REQUEST(stem) "GET " stem " HTTP/1.1\r\nHost: m\r\n\r\n" /* 26 bytes and the stem */
#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"  /* 40 bytes */

Test(flows, in_order)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {true, 499, 100, SYN | ACK, ""},
                            {false, 100, 500, ACK, REQUEST("/a")},
                            {true, 500, 128, ACK, ANSWER},
                            {false, 128, 540, ACK, REQUEST("/b")},
                            {true, 540, 156, ACK, ANSWER}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a 200 /b 200 ");
    cr_expect_eq(tc_flows_counts(flows).middle, 0);
}

Test(flows, an_answer_that_comes_before_its_request_waits)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {true, 499, 100, SYN | ACK, ""},
                            {true, 500, 128, ACK, ANSWER},
                            {true, 540, 156, ACK, ANSWER},
                            {false, 128, 540, ACK, REQUEST("/b")},
                            {false, 100, 500, ACK, REQUEST("/a")}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a 200 /b 200 ");
}

Test(flows, numbers_wrap_and_bytes_come_twice)
{
    const uint32_t first = UINT32_MAX - 9;
    const segment list[] = {{false, first - 1, 0, SYN, ""},
                            {true, 499, first, SYN | ACK, ""},
                            {false, first, 500, ACK, "GET /a HTT"},
                            {false, first, 500, ACK, "GET /a HTT"},
                            {false, first + 4, 500, ACK, "/X HTTP/1.1\r\nHost: m\r\n\r\n"},
                            {true, 500, first + 28, ACK, ANSWER},
                            {false, first - 1, 540, ACK, "?"}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a 200 ", "the first of two counts");
}

Test(flows, a_hole_is_given_up_at_the_end_and_told)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {true, 499, 100, SYN | ACK, ""},
                            {false, 100, 500, ACK, REQUEST("/a")},
                            {true, 500, 128, ACK, ANSWER},
                            {false, 156, 500, ACK, REQUEST("/c")}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a 200 ");
    cr_assert(tc_flows_end_one(flows));
    cr_expect_str_eq(told(), "/a 200 /c ");
    cr_expect_eq(tc_flows_counts(flows).gaps, 1);
    cr_expect_eq(tc_flows_counts(flows).lost, 28);
}

Test(flows, begin_in_the_middle_and_with_one_side)
{
    const segment list[] = {{false, 100, 500, ACK, REQUEST("/a")},
                            {false, 128, 540, ACK, REQUEST("/b")}};
    take_all(list, TC_COUNT_OF(list));
    cr_assert(tc_flows_end_one(flows));
    cr_expect_str_eq(told(), "/a /b ");
    cr_expect_eq(tc_flows_counts(flows).middle, 1);
}

Test(flows, a_new_connection_between_the_same_ends_is_another)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {false, 100, 0, ACK, REQUEST("/a")},
                            {false, 7000, 0, SYN, ""},
                            {false, 7001, 0, ACK, REQUEST("/b")},
                            {false, 7029, 0, TC_TCP_RST, ""}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a /b ");
    cr_expect_not(tc_flows_end_one(flows), "both have ended");
}

Test(flows, endless_bytes_behind_a_hole_are_bounded)
{
    const segment begin = {false, 99, 0, SYN, ""};
    take(&begin, 5000);
    for (uint32_t i = 0; i < 3 * TC_FLOW_WAITING; i++) {
        const segment s = {false, 200 + i * 38, 0, ACK, REQUEST("/abcdefghijk")};
        take(&s, 5000);
    }
    cr_expect_eq(tc_flows_counts(flows).gaps, 1, "the hole is given up when too much waits");
}

Test(flows, the_least_recently_used_gives_way)
{
    for (uint32_t i = 0; i < 2; i++) {
        for (uint32_t port = 1024; port < 1024 + TC_FLOWS_MAX / 2 + 10; port++) {
            tc_datagram d = {.source = address((uint8_t)(9 + i)),
                             .target = address(1),
                             .source_port = (uint16_t)port,
                             .target_port = 80,
                             .tcp = true,
                             .flags = SYN,
                             .whole = true};
            tc_flows_take(flows, &d, TC_SECOND);
        }
    }
    cr_expect_eq(tc_flows_counts(flows).evicted, 20);
}

/* -- one odd packet ------------------------------------------------------------------------- */

/* Each comes between the request and the answer of a connection that goes on. */
Test(flows, one_packet_that_is_not_of_the_connection_changes_nothing)
{
    static const struct {
        const char *what;
        segment odd;
    } rows[] = {
        {"a SYN ahead of it", {false, 5128, 0, SYN, ""}},
        {"a SYN far from it", {false, 3000000000, 0, SYN, ""}},
        {"a SYN of the server", {true, 7000, 0, SYN, ""}},
        {"an answered SYN that nobody sent", {true, 7000, 9001, SYN | ACK, ""}},
        {"bytes far ahead", {false, 128 + 0x20000000, 500, ACK, "XXXX"}},
        {"bytes far behind", {false, UINT32_C(128) - 0x20000000, 500, ACK, "XXXX"}},
        {"a reset out of the window", {false, 900000000, 0, TC_TCP_RST, ""}},
        {"an end out of the window", {false, 900000000, 500, FIN, ""}},
        {"an acknowledgement of what nobody said", {true, 500, 0x20000000, ACK, ""}},
        {"its own SYN again", {false, 99, 0, SYN, ""}},
        {"its own SYN answered again", {true, 499, 100, SYN | ACK, ""}},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const segment list[] = {{false, 99, 0, SYN, ""},
                                {true, 499, 100, SYN | ACK, ""},
                                {false, 100, 500, ACK, REQUEST("/a")},
                                rows[i].odd,
                                {true, 500, 128, ACK, ANSWER},
                                {false, 128, 540, ACK, REQUEST("/b")},
                                {true, 540, 156, ACK, ANSWER},
                                {false, 156, 580, FIN, ""},
                                {true, 580, 157, FIN, ""}};
        take_all(list, TC_COUNT_OF(list));
        cr_expect_str_eq(told(), "/a 200 /b 200 ", "%s", rows[i].what);
        cr_expect_eq(tc_flows_counts(flows).gaps, 0, "%s", rows[i].what);
        close_flows();
        open_flows();
    }
}

Test(flows, a_syn_with_another_number_counts_when_it_is_answered)
{
    static const uint32_t before[] = {1000000, 4000000000, 50};
    for (size_t i = 0; i < TC_COUNT_OF(before); i++) {
        const segment list[] = {{false, before[i], 0, SYN, ""},
                                {true, 2100000, before[i] + 1, SYN | ACK, ""},
                                {false, 99, 0, SYN, ""},
                                {true, 499, 100, SYN | ACK, ""},
                                {false, 100, 500, ACK, REQUEST("/a")},
                                {true, 500, 128, ACK, ANSWER}};
        take_all(list, TC_COUNT_OF(list));
        cr_expect_str_eq(told(), "/a 200 ", "behind %u", before[i]);
        close_flows();
        open_flows();
    }
}

Test(flows, a_row_of_segments_far_off_is_where_the_side_is)
{
    const segment list[] = {
        {false, 99, 0, SYN, ""},
        {false, 100, 0, ACK, REQUEST("/a")},
        {false, 50000100, 0, ACK, REQUEST("/b")},
        {false, 50000128, 0, ACK, REQUEST("/c")},
        {false, 50000128, 0, ACK, REQUEST("/c")},
        {false, 50000156, 0, ACK, REQUEST("/d")},
        {false, 50000184, 0, TC_TCP_RST, ""},
    };
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a /b /c /d ");
    cr_expect_eq(tc_flows_counts(flows).gaps, 1);
    cr_expect_eq(tc_flows_counts(flows).lost, 50000100 - 128);
}

Test(flows, bytes_far_off_that_are_acknowledged_are_there)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {true, 499, 100, SYN | ACK, ""},
                            {false, 50000100, 500, ACK, REQUEST("/b")},
                            {true, 500, 50000128, ACK, ANSWER}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/b 200 ");
    cr_expect_eq(tc_flows_counts(flows).gaps, 1);
}

/* Within the window, but the server goes on without it. */
Test(flows, what_waits_and_is_never_acknowledged_is_dropped)
{
    const segment begin[] = {{false, 99, 0, SYN, ""},
                             {true, 499, 100, SYN | ACK, ""},
                             {false, 100 + 900000, 500, ACK, "XXXX"},
                             {true, 500, 128 + 500000, ACK, "H"}};
    take_all(begin, TC_COUNT_OF(begin));
    const segment keepalive = {true, 500, 100, ACK, ""};
    for (int64_t i = 0; i < 2 * (int64_t)TC_FLOWS_CLOCK; i++)
        take_at(&keepalive, 5000, 4 * TC_MINUTE);
    const segment rest[] = {{false, 100, 500, ACK, REQUEST("/a")},
                            {true, 500, 128, ACK, ANSWER},
                            {false, 128, 540, ACK, REQUEST("/b")},
                            {true, 540, 156, ACK, ANSWER}};
    for (size_t i = 0; i < TC_COUNT_OF(rest); i++)
        take_at(&rest[i], 5000, 4 * TC_MINUTE);
    cr_expect_str_eq(told(), "/a 200 /b 200 ");
    cr_expect_eq(tc_flows_counts(flows).gaps, 0);
}

/* -- copies --------------------------------------------------------------------------------- */

Test(flows, a_connection_that_comes_twice_is_told_once)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {true, 499, 100, SYN | ACK, ""},
                            {false, 100, 500, ACK, REQUEST("/a")},
                            {true, 500, 128, ACK, ANSWER},
                            {false, 128, 540, FIN, ""},
                            {true, 540, 129, FIN, ""}};
    take_all(list, TC_COUNT_OF(list));
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a 200 ", "all of it behind its end");
    cr_expect_not(tc_flows_end_one(flows));
    const segment next[] = {{false, 7000, 0, SYN, ""},
                            {true, 8000, 7001, SYN | ACK, ""},
                            {false, 7001, 8001, ACK, REQUEST("/b")},
                            {true, 8001, 7029, ACK, ANSWER}};
    take_all(next, TC_COUNT_OF(next));
    cr_expect_str_eq(told(), "/a 200 /b 200 ", "the next one is another");
}

Test(flows, bytes_behind_a_reset_go_on)
{
    const segment list[] = {{false, 99, 0, SYN, ""},
                            {false, 100, 500, ACK, REQUEST("/a")},
                            {false, 128, 0, TC_TCP_RST, ""},
                            {false, 100, 500, ACK, REQUEST("/a")},
                            {false, 128, 500, ACK, REQUEST("/b")},
                            {false, 156, 0, TC_TCP_RST, ""}};
    take_all(list, TC_COUNT_OF(list));
    cr_expect_str_eq(told(), "/a /b ");
}

/* -- clocks --------------------------------------------------------------------------------- */

Test(flows, clocks_that_differ_end_nothing)
{
    static const tc_time client[] = {0, 0, -365 * TC_DAY}, server[] = {TC_HOUR, 0, 0};
    for (size_t i = 0; i < TC_COUNT_OF(client); i++) {
        const segment stray = {false, 1, 0, ACK, "hello"};
        const segment list[] = {{false, 99, 0, SYN, ""},
                                {true, 499, 100, SYN | ACK, ""},
                                {false, 100, 500, ACK, REQUEST("/a")},
                                {true, 500, 128, ACK, ANSWER}};
        for (size_t k = 0; k < TC_COUNT_OF(list); k++) {
            take_at(&stray, 6000, 1000 * TC_DAY + 2 * TC_HOUR);
            take_at(&list[k], 5000, 1000 * TC_DAY + (list[k].server ? server[i] : client[i]));
        }
        cr_expect_str_eq(told(), "/a 200 ", "row %zu", i);
        close_flows();
        open_flows();
    }
}

Test(flows, a_silent_connection_ends_when_all_others_are_later)
{
    const segment list[] = {{false, 99, 0, SYN, ""}, {false, 100, 0, ACK, REQUEST("/a")}};
    take_all(list, TC_COUNT_OF(list));
    const segment other = {false, 99, 0, SYN, ""};
    for (unsigned i = 0; i < 2 * TC_FLOWS_CLOCK; i++)
        take_at(&other, 6000, TC_HOUR);
    cr_expect_str_eq(told(), "/a ");
}
