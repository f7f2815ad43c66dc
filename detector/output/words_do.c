/* What to do: the steps of the table that fit, and those of the rules. */
#include "detector/output/incident_words.h"

#define STEP_MAX ((size_t)4096)
#define LISTED 8

enum {
    TC_NEEDS_LOGS = 1u << 0,
    TC_NEEDS_NO_LOGS = 1u << 1,
    TC_NEEDS_ACCESS = 1u << 2, /* sessions of strangers, whatever else they did */
    TC_NEEDS_SURE = 1u << 3,
    TC_NEEDS_UNSURE = 1u << 4,
    TC_NEEDS_SOURCES = 1u << 5,
    TC_NEEDS_SHARED = 1u << 6, /* a source that others use in ordinary life */
    TC_NEEDS_UNSHARED = 1u << 7,
    TC_NEEDS_ONE = 1u << 8, /* mailbox */
    TC_NEEDS_SEVERAL = 1u << 9,
    TC_NEEDS_CROWD = 1u << 10,
    TC_NEEDS_GRAVE = 1u << 11,    /* medium and up */
    TC_NEEDS_SESSIONS = 1u << 12, /* of strangers, seen and not only concluded */
    TC_NEEDS_NO_SESSIONS = 1u << 13,
    TC_NEEDS_FORWARDS = 1u << 14 /* mail is sent on */
};

typedef enum stage {
    TC_STAGE_PRESERVE,
    TC_STAGE_SCOPE,
    TC_STAGE_ACTOR, /* who could undo what is done next */
    TC_STAGE_CONTAIN,
    TC_STAGE_VERIFY,
    TC_STAGE_COUNT
} stage;

typedef struct step {
    stage at;
    unsigned needs;
    const char *text;
} step;

#define TC_STEP(stage, needs, text) {stage, needs, text},
static const step steps[] = {
#include "detector/output/incident_steps.def"
};
#undef TC_STEP

/* -- what an incident has ------------------------------------------------------------------- */

static bool is_shared(const tc_alert *a)
{
    for (size_t i = 0; i < a->source_count; i++)
        if (a->sources[i].regulars) return true;
    return false;
}

static unsigned needs_met(const tc_facts *f, const tc_words_site *site)
{
    const tc_alert *a = f->alert;
    bool sure = a->level >= TC_LEVEL_HIGH, shared = is_shared(a);
    unsigned met = site->logs.len ? TC_NEEDS_LOGS : TC_NEEDS_NO_LOGS;
    met |= sure ? TC_NEEDS_SURE : TC_NEEDS_UNSURE;
    met |= f->accessed || (f->switched && sure) ? TC_NEEDS_ACCESS : 0;
    met |= f->accessed ? TC_NEEDS_SESSIONS : TC_NEEDS_NO_SESSIONS;
    met |= a->source_count ? TC_NEEDS_SOURCES : 0;
    met |= shared ? TC_NEEDS_SHARED : TC_NEEDS_UNSHARED;
    met |= a->mailbox_count == 1 ? TC_NEEDS_ONE : 0;
    met |= a->mailbox_count > 1 ? TC_NEEDS_SEVERAL : 0;
    met |= a->crowd.name_count && a->mailbox_count == 0 ? TC_NEEDS_CROWD : 0;
    met |= a->level >= TC_LEVEL_MEDIUM ? TC_NEEDS_GRAVE : 0;
    tc_slice to[TC_FACTS_FORWARDS];
    met |= tc_facts_forwards(a, to) ? TC_NEEDS_FORWARDS : 0;
    return met;
}

/* -- filling in ----------------------------------------------------------------------------- */

typedef struct filling {
    const tc_facts *facts;
    const tc_words_site *site;
} filling;

static void put_logs(const filling *f, tc_str *out)
{
    tc_str_add(out, f->site->logs);
}

static void put_sources(const filling *f, tc_str *out)
{
    tc_facts_add_addresses(out, f->facts->alert, LISTED);
}

static void put_mailboxes(const filling *f, tc_str *out)
{
    if (f->facts->alert->mailbox_count == 1)
        tc_facts_add_mailboxes(f->facts, out, 1);
    else
        tc_str_addf(out, "the %zu mailboxes", f->facts->alert->mailbox_count);
}

/* In a command a name that needs quotes is better looked up. */
static bool is_plain(tc_slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (strchr(" '\"`$;|&(){}<>@,\\", name.ptr[i]) || name.ptr[i] < ' ' || name.ptr[i] > '~')
            return false;
    return name.len > 0 && name.len <= 64 && name.ptr[0] != '-';
}

static void put_name(const filling *f, tc_str *out)
{
    const tc_alert *a = f->facts->alert;
    tc_slice name = TC_LIT("NAME");
    if (a->mailbox_count == 1) {
        tc_slice shorter = tc_facts_short_name(f->facts, a->mailboxes[0].name);
        if (is_plain(shorter)) name = shorter;
    }
    tc_str_add(out, name);
}

static tc_time since(const tc_facts *f)
{
    return f->first_access != TC_TIME_NONE ? f->first_access : f->alert->start;
}

static void put_time(const filling *f, tc_str *out, size_t length)
{
    char text[TC_TIME_TEXT];
    tc_time_format_human(since(f->facts), text);
    tc_str_add(out, tc_slice_sub(tc_slice_of(text), 0, length));
}

static void put_since(const filling *f, tc_str *out)
{
    put_time(f, out, sizeof("2011-03-09 01:07") - 1);
}

static void put_date(const filling *f, tc_str *out)
{
    put_time(f, out, sizeof("2011-03-09") - 1);
}

static void put_shared(const filling *f, tc_str *out)
{
    const tc_alert *a = f->facts->alert;
    char ip[TC_IP_TEXT];
    size_t shown = 0;
    for (size_t i = 0; i < a->source_count && shown < LISTED; i++) {
        if (a->sources[i].regulars == 0) continue;
        tc_str_addf(out, "%s%s", shown++ ? ", " : "", tc_ip_format(a->sources[i].ip, ip));
    }
}

static void put_forwards(const filling *f, tc_str *out)
{
    tc_slice to[TC_FACTS_FORWARDS];
    size_t count = tc_facts_forwards(f->facts->alert, to);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) tc_str_add(out, TC_LIT(", "));
        tc_str_add(out, tc_slice_sub(to[i], 0, 256));
    }
}

static const struct {
    const char *name;
    void (*put)(const filling *f, tc_str *out);
} fillings[] = {{"{logs}", put_logs},           {"{sources}", put_sources},
                {"{mailboxes}", put_mailboxes}, {"{name}", put_name},
                {"{since}", put_since},         {"{date}", put_date},
                {"{shared}", put_shared},       {"{forwards}", put_forwards}};

static void fill(const filling *f, const char *text, tc_str *out)
{
    for (tc_slice rest = tc_slice_of(text); rest.len;) {
        size_t i = 0, open = TC_MIN(tc_slice_find(rest, '{'), rest.len);
        tc_str_add(out, tc_slice_sub(rest, 0, open));
        rest = tc_slice_sub(rest, open, TC_NPOS);
        while (i < TC_COUNT_OF(fillings) && !tc_slice_starts(rest, tc_slice_of(fillings[i].name)))
            i++;
        if (rest.len == 0) return;
        TC_ASSERT(i < TC_COUNT_OF(fillings));
        fillings[i].put(f, out);
        rest = tc_slice_sub(rest, strlen(fillings[i].name), TC_NPOS);
    }
}

/* -- the rules' own steps ------------------------------------------------------------------- */

/* `covered`: the table says it for every incident with sessions of strangers. */
static const struct {
    const char *begins;
    stage at;
    bool covered;
} verbs[] = {
    {"Preserve ", TC_STAGE_PRESERVE, true},
    {"Keep ", TC_STAGE_PRESERVE, false},
    {"Take the server ", TC_STAGE_PRESERVE, false},
    {"Take what ", TC_STAGE_PRESERVE, false},
    {"Look at the file ", TC_STAGE_PRESERVE, false},
    {"Look for inbox rules, forwarding", TC_STAGE_VERIFY, true},
    {"Search all logs for the", TC_STAGE_SCOPE, true},
    {"Ask the owner", TC_STAGE_SCOPE, true},
    {"Block ", TC_STAGE_CONTAIN, true},
    {"Revoke ", TC_STAGE_CONTAIN, true},
    {"End the sessions ", TC_STAGE_CONTAIN, true},
    {"End ", TC_STAGE_CONTAIN, false},
    {"Disable the actor", TC_STAGE_ACTOR, false},
    {"Disable ", TC_STAGE_CONTAIN, false},
    {"Remove the rule", TC_STAGE_VERIFY, false},
    {"Remove the forwarding", TC_STAGE_VERIFY, false},
    {"Remove ", TC_STAGE_CONTAIN, false},
    {"List the last sessions of the mailbox", TC_STAGE_CONTAIN, true},
    {"Switch ", TC_STAGE_CONTAIN, false},
    {"Set ", TC_STAGE_CONTAIN, false},
    {"If not, ", TC_STAGE_CONTAIN, false},
    {"If nobody ", TC_STAGE_CONTAIN, false},
    {"The request ", TC_STAGE_CONTAIN, false},
    {"If this is your own response", TC_STAGE_SCOPE, true},
    {"Assume ", TC_STAGE_VERIFY, false},
    {"Compare ", TC_STAGE_VERIFY, false},
    {"Check ", TC_STAGE_VERIFY, false},
};

static stage stage_of(tc_slice text, bool *ret_covered)
{
    *ret_covered = false;
    for (size_t i = 0; i < TC_COUNT_OF(verbs); i++) {
        if (!tc_slice_starts(text, tc_slice_of(verbs[i].begins))) continue;
        *ret_covered = verbs[i].covered;
        return verbs[i].at;
    }
    return TC_STAGE_SCOPE;
}

static void tell_rules_steps(const tc_alert *a, stage at, unsigned met, tc_words_step told,
                             void *context)
{
    bool preserves = at == TC_STAGE_PRESERVE, ours = met & (TC_NEEDS_ACCESS | TC_NEEDS_CROWD);
    for (size_t i = 0; i < a->next_count; i++) {
        bool covered;
        if (stage_of(a->next[i], &covered) != at) continue;
        if (covered && (ours || preserves)) continue;
        told(context, a->next[i]);
    }
}

void tc_words_do(const tc_facts *f, const tc_words_site *site, tc_words_step told, void *context)
{
    unsigned met = needs_met(f, site);
    const filling known = {f, site};
    tc_str text;
    tc_str_init(&text, STEP_MAX);
    for (stage at = TC_STAGE_PRESERVE; at < TC_STAGE_COUNT; at++) {
        for (size_t i = 0; i < TC_COUNT_OF(steps); i++) {
            if (steps[i].at != at || (steps[i].needs & ~met)) continue;
            tc_str_clear(&text);
            fill(&known, steps[i].text, &text);
            if (!tc_failed(tc_str_status(&text))) told(context, tc_str_view(&text));
        }
        tell_rules_steps(f->alert, at, met, told, context);
    }
    tc_str_done(&text);
}
