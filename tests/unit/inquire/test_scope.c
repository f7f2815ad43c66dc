/* Whom an incident touched: by hand, one case after the other. */
#include "detector/inquire/scope_page.h"
#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#define START (INT64_C(1300000000) * TC_SECOND)
#define ATTACKER "203.0.113.7"
#define NEIGHBOUR "203.0.113.99"
#define CLIENT "Rare/1.0"
#define BROWSER "Common/9.0"

typedef struct bench {
    tc_identity *identity;
    tc_scope *scope;
    tc_observations *batch;
    tc_arena *arena;
    tc_scope_answer answer;
} bench;

static uint32_t agent_users(void *context, tc_slice agent)
{
    (void)context;
    return tc_slice_equal(agent, TC_LIT(CLIENT)) ? 0 : 40;
}

static uint32_t block_users(void *context, tc_ip ip, bool *ret_crowd)
{
    tc_ip crowded;
    cr_assert(tc_ip_parse(TC_LIT("198.51.100.1"), &crowded));
    *ret_crowd = context != NULL && tc_ip_equal(ip, crowded);
    return 0;
}

static tc_ip ip_of(const char *text)
{
    tc_ip ip;
    cr_assert(tc_ip_parse(tc_slice_of(text), &ip));
    return ip;
}

static bench begin(const char *source, const char *agent, size_t max)
{
    bench b = {.batch = tc_observations_new((size_t)1 << 22),
               .arena = tc_arena_new((size_t)1 << 26)};
    tc_scope_habits habits = {NULL, agent_users, block_users};
    b.identity = tc_identity_new(&(tc_identity_options){.max_bytes = (size_t)8 << 20});
    b.scope = tc_scope_new(b.identity, &habits, max);
    cr_assert(b.scope && b.batch && b.arena);
    tc_alert_source from = {.ip = ip_of(source), .agent = tc_slice_of(agent)};
    tc_alert_mailbox victim = {
        .name = TC_LIT("victim@x.example"), .first_access = START, .last_access = START + TC_HOUR};
    tc_slice actor = TC_LIT("X\\eve");
    tc_identity_of(b.identity, actor);
    tc_identity_of(b.identity, victim.name);
    tc_alert incident = {.transition = TC_TRANSITION_FINAL,
                         .level = TC_LEVEL_HIGH,
                         .incident_id = "0123456789abcdef0123456789abcdef",
                         .message = TC_LIT("something happened"),
                         .start = START,
                         .end = START + TC_DAY,
                         .mailboxes = &victim,
                         .mailbox_count = 1,
                         .sources = &from,
                         .source_count = 1,
                         .related_users = &actor,
                         .related_user_count = 1};
    cr_assert_eq(tc_scope_add(b.scope, &incident).code, TC_OK);
    return b;
}

static void done(bench *b)
{
    tc_scope_free(b->scope);
    tc_identity_free(b->identity);
    tc_observations_free(b->batch);
    tc_arena_free(b->arena);
}

static void text(bench *b, tc_observation *o, tc_obs_text which, const char *words)
{
    cr_assert_eq(tc_observations_text(b->batch, tc_slice_of(words), &o->text[which]).code, TC_OK);
}

static void see(bench *b, tc_observation_kind kind, const char *who, const char *ip,
                const char *agent, tc_time time)
{
    tc_observation *o = NULL;
    tc_observations_clear(b->batch);
    cr_assert_eq(tc_observations_add(b->batch, &o).code, TC_OK);
    o->kind = (uint16_t)kind;
    o->order.time = o->last = time;
    o->count = 5;
    o->ip = ip_of(ip);
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    text(b, o, TC_OBS_TEXT_USER, who);
    text(b, o, TC_OBS_TEXT_AGENT, agent);
    cr_assert_eq(tc_scope_observe(b->scope, o, tc_observations_heap(b->batch)).code, TC_OK);
}

static void known(bench *b, const char *who)
{
    cr_assert(tc_identity_of(b->identity, tc_slice_of(who)));
}

static void used(bench *b, const char *who, const char *ip, const char *agent, tc_time time)
{
    known(b, who);
    see(b, TC_OBS_WEB_SPAN, who, ip, agent, time);
}

static void ask(bench *b)
{
    tc_scope_judge(b->scope);
    cr_assert_eq(tc_scope_count(b->scope), 1u);
    cr_assert_eq(tc_scope_answer_of(b->scope, 0, b->arena, &b->answer).code, TC_OK);
}

static const tc_scope_row *row(const bench *b, const char *who)
{
    for (size_t i = 0; i < b->answer.row_count; i++)
        if (tc_slice_equal(b->answer.rows[i].name, tc_slice_of(who))) return &b->answer.rows[i];
    return NULL;
}

static const tc_scope_shared *shared(const bench *b, tc_scope_kind kind)
{
    for (size_t i = 0; i < b->answer.shared_count; i++)
        if (b->answer.shared[i].kind == kind) return &b->answer.shared[i];
    return NULL;
}

Test(scope, whoever_came_from_its_address_was_touched_for_certain)
{
    bench b = begin(ATTACKER, CLIENT, 0);
    used(&b, "anna@x.example", ATTACKER, "Whatever/2", START + TC_HOUR);
    used(&b, "anna@x.example", ATTACKER, "Whatever/2", START + 2 * TC_HOUR);
    known(&b, "bob@x.example");
    see(&b, TC_OBS_WEB_REFUSED, "bob@x.example", ATTACKER, CLIENT, START + TC_HOUR);
    used(&b, "carl@x.example", "192.0.2.4", BROWSER, START + TC_HOUR);
    ask(&b);
    const tc_scope_row *anna = row(&b, "anna@x.example"), *bob = row(&b, "bob@x.example");
    cr_assert(anna && bob);
    cr_assert_eq(anna->mark, TC_SCOPE_CERTAIN);
    cr_assert_eq(anna->in, 10u);
    cr_assert_eq(anna->first, START + TC_HOUR);
    cr_assert_eq(anna->last, START + 2 * TC_HOUR);
    cr_assert_eq(bob->in, 0u);
    cr_assert_eq(bob->refused, 5u);
    cr_assert_null(row(&b, "carl@x.example"));
    cr_assert(row(&b, "victim@x.example")->named);
    cr_assert_not(anna->named);
    done(&b);
}

Test(scope, neighbours_count_by_the_client_that_they_came_with)
{
    bench b = begin(ATTACKER, CLIENT, 0);
    used(&b, "anna@x.example", NEIGHBOUR, CLIENT, START + TC_HOUR);
    used(&b, "bob@x.example", NEIGHBOUR, "Other/1", START + TC_HOUR);
    used(&b, "carl@x.example", "192.0.2.4", CLIENT, START + TC_HOUR);
    /* Its own network, in which it only has a new browser. */
    used(&b, "dora@x.example", "192.0.2.200", BROWSER, START - TC_DAY);
    used(&b, "dora@x.example", "192.0.2.200", CLIENT, START + TC_HOUR);
    /* That client came before there was an incident. */
    used(&b, "emil@x.example", "198.51.100.9", CLIENT, START - TC_DAY);
    ask(&b);
    cr_assert_eq(row(&b, "anna@x.example")->mark, TC_SCOPE_LIKELY);
    cr_assert_eq(row(&b, "anna@x.example")->reasons[0].kind, TC_SCOPE_BLOCK);
    cr_assert_eq(row(&b, "bob@x.example")->mark, TC_SCOPE_NETWORK);
    cr_assert_eq(row(&b, "carl@x.example")->mark, TC_SCOPE_LIKELY);
    cr_assert_eq(row(&b, "carl@x.example")->reasons[0].kind, TC_SCOPE_AGENT);
    cr_assert_null(row(&b, "dora@x.example"));
    cr_assert_null(row(&b, "emil@x.example"));
    done(&b);
}

Test(scope, what_many_share_is_told_and_not_followed)
{
    char who[32];
    bench b = begin(ATTACKER, CLIENT, 0);
    for (int i = 0; i < 4; i++) {
        snprintf(who, sizeof(who), "home%d@x.example", i);
        used(&b, who, ATTACKER, BROWSER, START - 20 * TC_DAY);
        used(&b, who, ATTACKER, BROWSER, START + TC_HOUR);
    }
    used(&b, "new@x.example", ATTACKER, "Other/1", START + TC_HOUR);
    used(&b, "hit@x.example", ATTACKER, CLIENT, START + TC_HOUR);
    ask(&b);
    const tc_scope_shared *address = shared(&b, TC_SCOPE_ADDRESS);
    cr_assert(address);
    cr_assert_eq(address->others, 4u);
    cr_assert_null(row(&b, "home0@x.example"));
    cr_assert_null(row(&b, "new@x.example"));
    cr_assert_eq(row(&b, "hit@x.example")->mark, TC_SCOPE_LIKELY);
    done(&b);
}

Test(scope, a_crowd_with_its_own_devices_is_a_place)
{
    char who[32];
    bench b = begin(ATTACKER, CLIENT, 0);
    for (int i = 0; i < 12; i++) {
        snprintf(who, sizeof(who), "guest%d@x.example", i);
        used(&b, who, "192.0.2.5", BROWSER, START - TC_DAY);
        used(&b, who, ATTACKER, BROWSER, START + TC_HOUR);
    }
    ask(&b);
    cr_assert_eq(shared(&b, TC_SCOPE_ADDRESS)->others, 12u);
    cr_assert_eq(b.answer.row_count, 1u);
    done(&b);
}

Test(scope, one_who_lives_there_is_no_victim)
{
    bench b = begin(ATTACKER, CLIENT, 0);
    used(&b, "home@x.example", ATTACKER, BROWSER, START - 30 * TC_DAY);
    used(&b, "guest@x.example", "192.0.2.5", BROWSER, START - TC_DAY);
    used(&b, "guest@x.example", ATTACKER, BROWSER, START + TC_HOUR);
    ask(&b);
    cr_assert_eq(row(&b, "home@x.example")->mark, TC_SCOPE_NETWORK);
    cr_assert(row(&b, "home@x.example")->reasons[0].home);
    cr_assert_eq(row(&b, "guest@x.example")->mark, TC_SCOPE_LIKELY);
    cr_assert(row(&b, "guest@x.example")->reasons[0].device);
    done(&b);
}

Test(scope, a_common_client_and_what_is_inside_are_not_followed)
{
    bench b = begin("10.0.0.9", BROWSER, 0);
    used(&b, "anna@x.example", "10.0.0.9", BROWSER, START + TC_HOUR);
    ask(&b);
    cr_assert_eq(b.answer.row_count, 1u);
    cr_assert(shared(&b, TC_SCOPE_ADDRESS)->inside);
    cr_assert_eq(shared(&b, TC_SCOPE_AGENT)->others, 40u);
    done(&b);
}

Test(scope, whom_its_account_acted_upon_was_touched)
{
    bench b = begin(ATTACKER, CLIENT, 0);
    tc_observation *o = NULL;
    known(&b, "reset@x.example");
    cr_assert_eq(tc_observations_add(b.batch, &o).code, TC_OK);
    o->kind = TC_OBS_ACCOUNT;
    o->status = TC_ACCOUNT_RESET;
    o->order.time = o->last = START + TC_HOUR;
    o->count = 1;
    text(&b, o, TC_OBS_TEXT_USER, "X\\eve");
    text(&b, o, TC_OBS_TEXT_TARGET, "reset@x.example");
    cr_assert_eq(tc_scope_observe(b.scope, o, tc_observations_heap(b.batch)).code, TC_OK);
    ask(&b);
    cr_assert_eq(row(&b, "reset@x.example")->mark, TC_SCOPE_LIKELY);
    cr_assert_eq(row(&b, "reset@x.example")->reasons[0].kind, TC_SCOPE_ACTOR);
    done(&b);
}

Test(scope, a_later_touch_is_the_last_sign)
{
    bench b = begin(ATTACKER, CLIENT, 0);
    used(&b, "anna@x.example", ATTACKER, CLIENT, START + 9 * TC_DAY);
    used(&b, "home@x.example", ATTACKER, BROWSER, START - 30 * TC_DAY);
    used(&b, "home@x.example", ATTACKER, BROWSER, START + 30 * TC_DAY);
    ask(&b);
    cr_assert_eq(b.answer.last_sign, START + 9 * TC_DAY);
    cr_assert(tc_scope_is_active(&b.answer, START + 10 * TC_DAY));
    cr_assert_not(tc_scope_is_active(&b.answer, START + 12 * TC_DAY));
    done(&b);
}

/* The answer as JSON, told in another order each time. */
static void told(size_t seed, size_t max, tc_str *out)
{
    enum { PEOPLE = 300 };
    size_t step = seed % 2 ? 7 : 11;
    bench b = begin(ATTACKER, CLIENT, max);
    char who[40];
    for (size_t i = 0; i < PEOPLE; i++) {
        snprintf(who, sizeof(who), "p%zu@x.example", i);
        known(&b, who);
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        size_t n = (i * step + seed) % PEOPLE;
        snprintf(who, sizeof(who), n % 3 ? "p%zu@x.example" : "nobody%zu", n);
        see(&b, n % 5 ? TC_OBS_WEB_REFUSED : TC_OBS_WEB_SPAN, who, n % 2 ? ATTACKER : NEIGHBOUR,
            CLIENT, START + (tc_time)n * TC_MINUTE);
    }
    ask(&b);
    tc_scope_page page = {.newest = START + 2 * TC_DAY,
                          .answers = &b.answer,
                          .answer_count = 1,
                          .kept_one_in = tc_scope_kept_one_in(b.scope)};
    tc_scope_json_head(&page, out);
    tc_scope_json_incident(&page, 0, out);
    cr_assert_eq(tc_str_status(out).code, TC_OK);
    done(&b);
}

Test(scope, order_does_not_show_even_at_the_bound)
{
    for (size_t max = 64; max <= 4096; max *= 8) {
        tc_str first, other;
        tc_str_init(&first, (size_t)1 << 24);
        tc_str_init(&other, (size_t)1 << 24);
        told(0, max, &first);
        for (size_t seed = 1; seed < 6; seed++) {
            tc_str_clear(&other);
            told(seed, max, &other);
            cr_assert(tc_slice_equal(tc_str_view(&first), tc_str_view(&other)), "%zu", max);
        }
        bool thinned = strstr(tc_str_cstr(&first), "\"kept_one_in\":1,") == NULL;
        cr_assert_eq(thinned, max < 300);
        tc_str_done(&first);
        tc_str_done(&other);
    }
}

Test(scope, hostile_names_are_inert_and_lines_fit)
{
    bench b = begin(ATTACKER, "\x1b]0;x\x07", 0);
    see(&b, TC_OBS_WEB_LOGON, "a\xe2\x80\xaez\x1b[2J", ATTACKER, CLIENT, START + TC_HOUR);
    see(&b, TC_OBS_WEB_LOGON, "no\nbody\xff", ATTACKER, CLIENT, START + TC_HOUR);
    used(&b, "anna@x.example", "192.0.2.4", "\x1b]0;x\x07", START + TC_HOUR);
    ask(&b);
    tc_scope_reach reach = {TC_LIT("EX\x1b[1m"), "iis-w3c", 1, START};
    tc_scope_page page = {.reaches = &reach,
                          .reach_count = 1,
                          .newest = START + TC_DAY,
                          .answers = &b.answer,
                          .answer_count = 1,
                          .kept_one_in = 2};
    tc_output *output =
        tc_output_new(&(tc_output_options){.format = &tc_output_text, .width = 60, .version = ""});
    tc_str out;
    tc_str_init(&out, 1 << 20);
    tc_scope_text_head(output, &page, &out);
    tc_scope_text_incident(output, &page, 0, &out);
    tc_slice rest = tc_str_view(&out), line;
    cr_assert_eq(tc_slice_find(rest, 0x1b), TC_NPOS);
    while (rest.ptr) {
        line = tc_slice_split(rest, '\n', &rest);
        cr_assert(line.len <= 60, "%.*s", (int)line.len, (const char *)line.ptr);
    }
    tc_str_done(&out);
    tc_output_free(output);
    done(&b);
}

Test(scope, without_memory_it_says_so)
{
    for (uint64_t n = 1; n < 400; n++) {
        bench b = begin(ATTACKER, CLIENT, 0);
        known(&b, "anna@x.example");
        tc_observation *o = NULL;
        cr_assert_eq(tc_observations_add(b.batch, &o).code, TC_OK);
        o->kind = TC_OBS_WEB_SPAN;
        o->count = 1;
        o->ip = ip_of(ATTACKER);
        o->address_class = TC_ADDRESS_REMOTE;
        o->order.time = o->last = START;
        text(&b, o, TC_OBS_TEXT_USER, "anna@x.example");
        tc_alloc_fail_once(n);
        tc_status status = tc_scope_observe(b.scope, o, tc_observations_heap(b.batch));
        bool failed = tc_alloc_left() == 0;
        tc_alloc_fail_once(0);
        cr_assert_eq(tc_failed(status), failed);
        done(&b);
        if (!failed) return;
    }
    cr_assert_fail("never went through");
}
