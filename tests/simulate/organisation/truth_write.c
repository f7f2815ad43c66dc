/*
 * Writes truth/campaigns.jsonl. What is visible depends on the family: those that live from the
 * language (A1, A2, A9, A11 and a cry) show by it; for the others a delivered line of their own
 * deed is enough.
 */
#include "tests/simulate/folder.h"
#include "tests/simulate/organisation/files.h"
#include "tests/simulate/organisation/truth_state.h"

#include "parsers/base/alloc.h"

#define LANGUAGE_EVIDENCE                                                                          \
    (EVIDENCE_SYSMSG | EVIDENCE_LANG | EVIDENCE_GLOBALIZE | EVIDENCE_MKT | EVIDENCE_CMDLET)

static bool lives_from_language(const campaign *c)
{
    static const char *const families[] = {"A1", "A2", "A11", "A10"};
    for (size_t i = 0; i < TC_COUNT_OF(families); i++)
        if (strcmp(c->family, families[i]) == 0) return true;
    /* A9 is one of the others in disguise; its variant begins with which. */
    return strcmp(c->family, "A9") == 0 &&
           (strncmp(c->variant, "A1", 2) == 0 || strncmp(c->variant, "A2", 2) == 0);
}

static bool is_visible(const campaign *c, const victim *v)
{
    if (lives_from_language(c)) return v->evidence & LANGUAGE_EVIDENCE;
    return v->evidence != 0;
}

static bool any(const campaign *c, const victim *v)
{
    (void)c;
    return v->mailbox != UINT32_MAX;
}
static bool is_flipped(const campaign *c, const victim *v)
{
    (void)c;
    return v->flipped;
}
static bool has_sysmsg(const campaign *c, const victim *v)
{
    (void)c;
    return v->evidence & EVIDENCE_SYSMSG;
}
static bool is_touched(const campaign *c, const victim *v)
{
    (void)c;
    return v->evidence != 0;
}

static void add_victims(tc_str *out, const org *o, const campaign *c, const char *key,
                        bool (*which)(const campaign *, const victim *))
{
    const char *between = "";
    tc_str_addf(out, "\"%s\": [", key);
    for (uint32_t i = 0; i < c->victim_count; i++) {
        if (!which(c, &c->victims[i])) continue;
        tc_str_addf(out, "%s\"%s\"", between, o->mailboxes[c->victims[i].mailbox].mail);
        between = ", ";
    }
    tc_str_addf(out, "], ");
}

static void add_sources(tc_str *out, const campaign *c, const char *key, bool spray)
{
    const char *between = "";
    tc_str_addf(out, "\"%s\": [", key);
    for (uint32_t i = 0; i < c->source_count; i++) {
        if (c->sources[i].only_spray != spray) continue;
        tc_str_addf(out, "%s\"%s\"", between, c->sources[i].ip);
        between = ", ";
    }
    tc_str_addf(out, "], ");
}

static void add_evidence(tc_str *out, const org *o, const campaign *c)
{
    static const char *const names[] = {"sysmsg", "lang.owa", "globalize", "mkt",
                                        "cmdlet", "access",   "account",   "mail"};
    tc_str_addf(out, "\"evidence\": {");
    for (uint32_t i = 0; i < c->victim_count; i++) {
        const char *between = "";
        tc_str_addf(out, "%s\"%s\": [", i ? ", " : "", o->mailboxes[c->victims[i].mailbox].mail);
        for (size_t k = 0; k < TC_COUNT_OF(names); k++) {
            if (!(c->victims[i].evidence & 1u << k)) continue;
            tc_str_addf(out, "%s\"%s\"", between, names[k]);
            between = ", ";
        }
        tc_str_addf(out, "]");
    }
    tc_str_addf(out, "}, ");
}

static void add_times(tc_str *out, const org *o, const campaign *c)
{
    char text[TC_TIME_TEXT];
    tc_str_addf(out, "\"access_times\": {");
    for (uint32_t i = 0; i < c->victim_count; i++)
        tc_str_addf(out, "%s\"%s\": \"%s\"", i ? ", " : "",
                    o->mailboxes[c->victims[i].mailbox].mail,
                    tc_time_format(c->victims[i].first, text));
    tc_str_addf(out, "}");
}

static void add_instant(tc_str *out, const char *key, tc_time t)
{
    char text[TC_TIME_TEXT];
    if (t == INT64_MAX || t == 0)
        tc_str_addf(out, "\"%s\": null, ", key);
    else
        tc_str_addf(out, "\"%s\": \"%s\", ", key, tc_time_format(t, text));
}

static void add_campaign(tc_str *out, const org *o, const campaign *c, uint32_t number)
{
    bool foreign = c->culture && !c->culture->european;
    tc_str_addf(out, "{\"id\": \"C%u\", \"family\": \"%s\", \"variant\": \"%s\", ", number + 1,
                c->family, c->variant);
    add_instant(out, "start", c->start);
    add_instant(out, "end", c->end);
    add_victims(out, o, c, "victims", any);
    add_victims(out, o, c, "visible_victims", is_visible);
    add_victims(out, o, c, "touched_victims", is_touched);
    add_victims(out, o, c, "lang_observable", has_sysmsg);
    add_victims(out, o, c, "flipped", is_flipped);
    add_evidence(out, o, c);
    add_sources(out, c, "sources", false);
    add_sources(out, c, "spray_sources", true);
    add_instant(out, "first_access", c->first_access);
    add_instant(out, "first_visible", c->first_visible);
    add_instant(out, "first_linked", c->first_linked);
    tc_str_addf(out, "\"era\": \"%s\", \"accesses\": %u, \"blind\": %s, ",
                o->t.era == ERA_LEGACY ? "legacy" : "2013", c->accesses,
                o->t.front == FRONT_HIDDEN ? "true" : "false");
    if (c->culture)
        tc_str_addf(out, "\"culture\": \"%s\", \"culture_class\": \"%s\", ", c->culture->tag,
                    foreign ? "foreign" : "eu");
    else
        tc_str_addf(out, "\"culture\": null, \"culture_class\": null, ");
    if (c->actor[0])
        tc_str_addf(out, "\"actor\": \"%s\", ", c->actor);
    else
        tc_str_addf(out, "\"actor\": null, ");
    add_times(out, o, c);
    tc_str_addf(out, "}\n");
}

static bool write_text(const org *o, const char *name, tc_str *text)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/truth", o->opt.folder);
    if (tc_failed(tc_str_status(text)) || !files_folder(path)) return false;
    snprintf(path, sizeof(path), "%s/truth/%s", o->opt.folder, name);
    FILE *out = fopen(path, "wb");
    if (out == NULL) return false;
    bool ok = text->len == 0 || fwrite(text->data, 1, text->len, out) == text->len;
    return fclose(out) == 0 && ok;
}

bool truth_write(const org *o)
{
    tc_str out;
    tc_str_init(&out, 256 << 20);
    for (uint32_t i = 0; i < o->truth->count; i++)
        if (o->truth->campaigns[i].victim_count ||
            strcmp(o->truth->campaigns[i].family, "A10") == 0)
            add_campaign(&out, o, &o->truth->campaigns[i], i);
    bool ok = write_text(o, "campaigns.jsonl", &out);
    tc_str_done(&out);
    return write_text(o, "traps.jsonl", &o->truth->traps) && ok;
}
