/* What audit logs leave out: types of records, and mailboxes; and exports that are cut. */
#include "detector/report/coverage.h"

#define WORDS_MAX 512

static const struct {
    tc_audit_type type;
    const char *name, *means;
    tc_indicator indicator; /* TC_INDICATOR_COUNT: none */
} types[] = {
    {TC_AUDIT_TYPE_READING, "MailItemsAccessed", "what was read in mailboxes is not seen",
     TC_INDICATOR_WEBMAIL},
    {TC_AUDIT_TYPE_MAILBOX, "ExchangeItem", "what else was done in mailboxes is not seen",
     TC_INDICATOR_WEBMAIL},
    {TC_AUDIT_TYPE_LOGON, "AzureActiveDirectoryStsLogon", "logons are not seen",
     TC_INDICATOR_WEBMAIL},
    {TC_AUDIT_TYPE_DIRECTORY, "AzureActiveDirectory", "passwords that were reset are not seen",
     TC_INDICATOR_PASSWORDS},
    {TC_AUDIT_TYPE_CMDLET, "ExchangeAdmin", "rules, forwarding and permissions are not seen",
     TC_INDICATOR_COUNT},
};

static const struct {
    const char *kind, *short_words, *why, *fix;
} lacks[TC_LACK_COUNT] = {
    [TC_LACK_OFF] = {"off", "mailboxes whose audit is off",
                     "their audit is off: nothing is recorded of what is done in them",
                     "Set-Mailbox -AuditEnabled $true, and ask who switched it off"},
    [TC_LACK_BYPASSED] = {"bypassed", "accounts that the audit passes over",
                          "the audit passes over them: what they do is recorded nowhere",
                          "Set-MailboxAuditBypassAssociation -AuditBypassEnabled $false, and ask "
                          "who set it"},
    [TC_LACK_THROTTLED] = {"throttled", "mailboxes that were throttled",
                           "the record of what was read was throttled: more was read than is "
                           "listed, for a day from then on",
                           "take all that is in them for read"},
    [TC_LACK_NEVER] = {"never", "mailboxes without any record",
                       "people logged on to them, and no record tells what was done in them",
                       "Get-Mailbox | Format-List AuditEnabled,AuditOwner, the licence, and the "
                       "filter of the export"},
};

static const char *name_of(tc_indicator indicator)
{
    return indicator == TC_INDICATOR_COUNT ? NULL : tc_coverage_name(indicator);
}

/* Types count as missing only where there is something of the cloud's log. */
static size_t add_types(const tc_derive_audit_facts *facts, tc_arena *arena, tc_audit_gap *gaps)
{
    size_t count = 0;
    if (!(facts->types >> TC_AUDIT_TYPE_OTHER & 1)) return 0;
    for (size_t i = 0; i < TC_COUNT_OF(types); i++) {
        if (facts->types >> types[i].type & 1) continue;
        gaps[count++] = (tc_audit_gap){
            .kind = "record_type",
            .what = tc_slice_of(types[i].name),
            .indicator = name_of(types[i].indicator),
            .why = tc_coverage_say(
                arena, "the audit log of Microsoft 365 was given without a record of %s: %s",
                types[i].name, types[i].means),
            .fix = TC_LIT("export all types of records, of all users; what still is not there is "
                          "switched off or not licensed")};
    }
    return count;
}

static size_t add_lacks(const tc_derive_audit_facts *facts, tc_audit_gap *gaps)
{
    size_t count = 0;
    for (unsigned i = 0; i < TC_LACK_COUNT; i++) {
        const tc_derive_audit_lack *lack = &facts->lacks[i];
        if (lack->mailboxes == 0) continue;
        gaps[count++] = (tc_audit_gap){.kind = lacks[i].kind,
                                       .indicator = tc_coverage_name(TC_INDICATOR_WEBMAIL),
                                       .why = tc_slice_of(lacks[i].why),
                                       .fix = tc_slice_of(lacks[i].fix),
                                       .mailboxes = lack->mailboxes,
                                       .names = lack->names,
                                       .name_count = lack->name_count};
    }
    return count;
}

TC_STATUS tc_coverage_audit(const tc_coverage_facts *facts, tc_arena *arena, tc_summary *summary)
{
    size_t count = 0, most = TC_COUNT_OF(types) + TC_LACK_COUNT + 1 + TC_CUTS_MAX;
    tc_audit_gap *gaps = tc_arena_zero(arena, most, sizeof(*gaps));
    tc_derive_audit_facts *kept = tc_arena_get(arena, 1, sizeof(*kept));
    if (gaps == NULL || kept == NULL) return (tc_status){TC_ENOMEM};
    *kept = facts->audit;
    if (kept->all_off)
        gaps[count++] = (tc_audit_gap){
            .kind = "off_for_all",
            .indicator = tc_coverage_name(TC_INDICATOR_WEBMAIL),
            .why = TC_LIT("the audit was switched off for the whole organisation"),
            .fix = TC_LIT("switch it on (Set-AdminAuditLogConfig, Set-OrganizationConfig "
                          "-AuditDisabled $false), and ask who switched it off")};
    count += add_types(kept, arena, gaps + count);
    count += add_lacks(kept, gaps + count);
    count += tc_coverage_cut_gaps(facts, arena, gaps + count);
    summary->audit = gaps;
    summary->audit_count = count;
    return TC_SUCCESS;
}

/* "12 mailboxes that were throttled", "MailItemsAccessed" */
static void add_short(const tc_audit_gap *gap, tc_str *out)
{
    if (out->len > 0) tc_str_add(out, TC_LIT(", "));
    if (gap->what.len > 0) tc_str_add(out, gap->what);
    if (strcmp(gap->kind, "off_for_all") == 0) tc_str_add(out, TC_LIT("all mailboxes"));
    for (size_t i = 0; gap->mailboxes && i < TC_LACK_COUNT; i++)
        if (strcmp(gap->kind, lacks[i].kind) == 0)
            tc_str_addf(out, "%" PRIu64 " %s", gap->mailboxes, lacks[i].short_words);
}

tc_slice tc_coverage_audit_words(const tc_summary *s, const char *indicator, tc_arena *arena)
{
    tc_str words;
    tc_slice kept = TC_EMPTY_SLICE;
    tc_str_init(&words, WORDS_MAX);
    for (size_t i = 0; i < s->audit_count; i++)
        if (s->audit[i].indicator != NULL && strcmp(s->audit[i].indicator, indicator) == 0 &&
            strcmp(s->audit[i].kind, TC_GAP_CUT) != 0)
            add_short(&s->audit[i], &words);
    if (!tc_arena_copy(arena, tc_str_view(&words), &kept)) kept = TC_EMPTY_SLICE;
    tc_str_done(&words);
    return kept;
}
