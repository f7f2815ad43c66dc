/* Password changes, resets, lockouts, refused logons and names of accounts in Windows Security
 * events. */
#include "detector/enrich/host.h"
#include "detector/enrich/worker.h"

enum {
    EVENT_RENAMED = 4781,
    EVENT_CREATED = TC_ACCOUNT_CREATED,
    EVENT_CHANGE = TC_ACCOUNT_CHANGE,
    EVENT_RESET = TC_ACCOUNT_RESET,
    EVENT_CHANGED = TC_ACCOUNT_CHANGED,
    EVENT_LOCKED = TC_ACCOUNT_LOCKED,
    EVENT_REFUSED = TC_ACCOUNT_REFUSED,
    EVENT_KERBEROS = TC_ACCOUNT_REFUSED_KERBEROS,
    EVENT_NTLM = TC_ACCOUNT_REFUSED_NTLM
};

bool tc_worker_is_routine_actor(const tc_enrich_worker *w, const tc_name *name)
{
    tc_slice user = {(const uint8_t *)name->text + name->local_offset, name->local_length};
    for (size_t i = 0; i < w->enricher->routine_actor_count; i++)
        if (tc_slice_starts(user, tc_slice_of(w->enricher->routine_actors[i]))) return true;
    return false;
}

typedef struct party {
    tc_slice name; /* DOMAIN\user, the user alone, or the SID where there is neither */
    tc_slice sid;
    tc_slice domain; /* may be empty */
    bool qualified;  /* name has both parts */
    uint8_t buffer[TC_EVIDENCE_TEXT_MAX];
} party;

static void read_party(const tc_event *event, tc_field_static domain_field,
                       tc_field_static user_field, tc_slice sid, party *ret)
{
    tc_slice user = tc_worker_field(event, (tc_field)user_field), domain = TC_EMPTY_SLICE;
    if (domain_field != TC_FIELD_NONE) domain = tc_worker_field(event, (tc_field)domain_field);
    ret->sid = sid;
    ret->domain = domain;
    ret->qualified = domain.len > 0 && user.len > 0;
    ret->name = user.len > 0 ? tc_emit_join(domain, user, ret->buffer) : sid;
}

static void read_subject(const tc_event *event, party *ret)
{
    read_party(event, TC_FIELD_WE_SUBJECT_DOMAIN_NAME, TC_FIELD_WE_SUBJECT_USER_NAME,
               tc_worker_field(event, TC_FIELD_WE_SUBJECT_USER_SID), ret);
}

static void read_target(const tc_event *event, uint64_t id, party *ret)
{
    tc_slice sid = tc_worker_field(event, TC_FIELD_WE_TARGET_SID);
    if (sid.len == 0) sid = tc_worker_field(event, TC_FIELD_WE_TARGET_USER_SID);
    /* 4740 puts the calling computer where the domain belongs. */
    read_party(event, id == EVENT_LOCKED ? TC_FIELD_NONE : TC_FIELD_WE_TARGET_DOMAIN_NAME,
               TC_FIELD_WE_TARGET_USER_NAME, sid, ret);
}

/* The system and its services have SIDs of their own; any account can have their names, in any of
 * Windows' languages. */
static bool is_system(tc_slice sid)
{
    return tc_slice_equal_ascii(sid, TC_LIT("S-1-5-18")) ||
           tc_slice_equal_ascii(sid, TC_LIT("S-1-5-19")) ||
           tc_slice_equal_ascii(sid, TC_LIT("S-1-5-20"));
}

/* An account of the machine itself (LAPS sets its administrator's password every month), and none
 * of the domain: those are set by people and connectors, and by whoever holds a domain controller.
 */
static bool is_local(const tc_event *event, const party *target)
{
    uint8_t machine[TC_HOST_SHORT_MAX], domain[TC_HOST_SHORT_MAX];
    tc_slice short_name = tc_host_short(tc_worker_field(event, TC_FIELD_WE_COMPUTER), machine);
    return target->domain.len > 0 && target->domain.len <= TC_HOST_SHORT_MAX &&
           tc_slice_equal(tc_host_short(target->domain, domain), short_name);
}

/* Which the system does of its own: to lock who has guessed too often, and what is its machine's.
 */
static bool is_work_of_system(const tc_event *event, uint64_t id, const party *actor,
                              const party *target)
{
    return is_system(actor->sid) && (id == EVENT_LOCKED || is_local(event, target));
}

static uint16_t routine_flags(const tc_enrich_worker *w, const tc_event *event, uint64_t id,
                              const party *actor, const party *target)
{
    tc_name whom, who;
    tc_name_normalise(actor->name, &who);
    tc_name_normalise(target->name, &whom);
    uint16_t claims = tc_worker_is_routine_actor(w, &who) ? TC_OBS_FLAG_CLAIMS : 0;
    bool routine = whom.form == TC_NAME_SYSTEM || whom.form == TC_NAME_MACHINE ||
                   is_work_of_system(event, id, actor, target);
    return routine ? claims | TC_OBS_FLAG_ROUTINE : claims;
}

/* A log may tell of the same. */
static uint16_t wire_flag(const tc_event *event)
{
    return strcmp(event->schema->format, "capture") == 0 ? TC_OBS_FLAG_WIRE : 0;
}

/* -- refused logons ------------------------------------------------------------------------- */

/* Name or password were wrong, or the account is locked, disabled or expired: not that the network,
 * the clock or a policy stood in the way. NTSTATUS, and for Kerberos KDC_ERR_* (RFC 4120 7.5.9). */
static bool is_refusal_code(uint64_t id, tc_slice status)
{
    static const char *const nt[] = {"0xc000006a", "0xc0000064", "0xc0000234", "0xc0000071",
                                     "0xc0000072", "0xc0000193", "0xc0000224"};
    static const char *const kerberos[] = {"0x6", "0x12", "0x17", "0x18"};
    return id == EVENT_KERBEROS ? tc_slice_is_one_of(status, kerberos, TC_COUNT_OF(kerberos))
                                : tc_slice_is_one_of(status, nt, TC_COUNT_OF(nt));
}

/* Over the network (3) or in clear text to a service (8), which is how webmail asks; who sits at a
 * desk is no stranger. */
static bool is_network_logon(const tc_event *event)
{
    uint64_t type = 0;
    return tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_LOGON_TYPE), &type) &&
           (type == 3 || type == 8);
}

static bool is_refused_logon(const tc_event *event, uint64_t id)
{
    if (id != EVENT_REFUSED && id != EVENT_KERBEROS && id != EVENT_NTLM) return false;
    if (id == EVENT_REFUSED && !is_network_logon(event)) return false;
    tc_slice status = TC_EMPTY_SLICE;
    if (id == EVENT_REFUSED) status = tc_worker_field(event, TC_FIELD_WE_SUB_STATUS);
    if (status.len == 0 || tc_slice_equal(status, TC_LIT("0x0")))
        status = tc_worker_field(event, TC_FIELD_WE_STATUS);
    return is_refusal_code(id, status);
}

static TC_STATUS observe_refused(tc_enrich_worker *w, const tc_event *event, uint64_t id,
                                 const party *target)
{
    tc_observation *o = NULL;
    tc_name name;
    tc_client client;
    tc_name_normalise(target->name, &name);
    if (name.form != TC_NAME_SMTP && name.form != TC_NAME_NT && name.form != TC_NAME_BARE)
        return TC_SUCCESS;
    TC_TRY(tc_emit(w, event, TC_OBS_ACCOUNT, &o));
    o->status = (uint32_t)id;
    o->flags |= TC_OBS_FLAG_FAILED;
    tc_client_of(&w->enricher->networks, tc_worker_field(event, TC_FIELD_WE_IP_ADDRESS),
                 TC_EMPTY_SLICE, &client);
    TC_TRY(tc_emit_client(w, o, &client));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target->name);
}

/* -- accounts ------------------------------------------------------------------------------- */

/* What else an account event carries, 4738 for one, would count as a change of a password if it
 * were told as one; such events give their names only. */
static TC_STATUS observe_account(tc_enrich_worker *w, const tc_event *event, uint64_t id,
                                 const party *actor, const party *target)
{
    tc_observation *o = NULL;
    tc_name name;
    if (id != EVENT_CREATED && id != EVENT_CHANGE && id != EVENT_RESET && id != EVENT_LOCKED)
        return TC_SUCCESS;
    tc_name_normalise(target->name, &name);
    if (name.form == TC_NAME_NONE) return TC_SUCCESS;
    TC_TRY(tc_emit(w, event, TC_OBS_ACCOUNT, &o));
    o->status = (uint32_t)id;
    if (id == EVENT_RESET) o->flags |= TC_OBS_FLAG_RESET;
    if (id == EVENT_CREATED) tc_observation_set_created(o);
    if (tc_windows_outcome(event) == TC_EVENT_OUTCOME_FAILURE) o->flags |= TC_OBS_FLAG_FAILED;
    o->flags |= routine_flags(w, event, id, actor, target) | wire_flag(event);
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, actor->name));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target->name);
}

static TC_STATUS observe_principal(tc_enrich_worker *w, const tc_event *event, const party *target)
{
    tc_slice principal = tc_worker_field(event, TC_FIELD_WE_USER_PRINCIPAL_NAME);
    if (tc_slice_find(principal, '@') == TC_NPOS) return TC_SUCCESS;
    if (target->qualified) return tc_emit_alias(w, event, target->name, principal);
    return tc_emit_alias(w, event, tc_worker_field(event, TC_FIELD_WE_SAM_ACCOUNT_NAME), principal);
}

/* Whether it is an event about one account, whose name is half of what it says. One of a refused
 * logon may be about nobody, and then says at least why. */
static bool is_about_account(const tc_event *event, uint64_t id)
{
    static const uint16_t ids[] = {EVENT_CREATED, 4722,         EVENT_CHANGE,  EVENT_RESET,
                                   4725,          4726,         EVENT_CHANGED, EVENT_LOCKED,
                                   4767,          EVENT_RENAMED};
    for (size_t i = 0; i < TC_COUNT_OF(ids); i++)
        if (ids[i] == id) return true;
    return (id == EVENT_REFUSED || id == EVENT_KERBEROS || id == EVENT_NTLM) &&
           tc_worker_field(event, TC_FIELD_WE_STATUS).len == 0 &&
           tc_worker_field(event, TC_FIELD_WE_SUB_STATUS).len == 0;
}

/* What a capture does not show of an account was sealed, and weighs as that. */
static void count_account(tc_enrich_worker *w, const tc_event *event, uint64_t id,
                          const party *target)
{
    if (wire_flag(event) || !is_about_account(event, id)) return;
    w->accounts.named += target->name.len > 0;
    w->accounts.nameless += target->name.len == 0;
}

static TC_STATUS observe(tc_enrich_worker *w, tc_event *event, tc_reason *ret_filtered)
{
    party actor, target;
    uint64_t id = 0;
    (void)ret_filtered;
    if (!tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_EVENT_ID), &id)) return TC_SUCCESS;
    read_subject(event, &actor);
    read_target(event, id, &target);
    count_account(w, event, id, &target);
    /* Names that somebody typed are no facts about accounts. */
    if (is_refused_logon(event, id)) return observe_refused(w, event, id, &target);
    TC_TRY(observe_account(w, event, id, &actor, &target));
    if (actor.qualified) TC_TRY(tc_emit_alias(w, event, actor.name, actor.sid));
    if (target.qualified) TC_TRY(tc_emit_alias(w, event, target.name, target.sid));
    if (id == EVENT_CREATED || id == EVENT_CHANGED || id == EVENT_RENAMED)
        return observe_principal(w, event, &target);
    return TC_SUCCESS;
}

static TC_STATUS describe(tc_enrich_worker *w, const tc_event *event, tc_observation *o)
{
    party actor, target;
    uint64_t id = 0;
    tc_client client;
    tc_slice_to_u64(tc_worker_field(event, TC_FIELD_WE_EVENT_ID), &id);
    read_subject(event, &actor);
    read_target(event, id, &target);
    o->status = id <= UINT32_MAX ? (uint32_t)id : 0;
    o->flags |= TC_OBS_FLAG_ACTS;
    tc_client_of(&w->enricher->networks, tc_worker_field(event, TC_FIELD_WE_IP_ADDRESS),
                 TC_EMPTY_SLICE, &client);
    TC_TRY(tc_emit_client(w, o, &client));
    TC_TRY(tc_emit_text(w, o, TC_OBS_TEXT_USER, actor.name));
    return tc_emit_text(w, o, TC_OBS_TEXT_TARGET, target.name);
}

const tc_family tc_family_security = {
    .name = "security",
    .label = {.product = "windows", .service = "security"},
    .host = TC_FIELD_WE_COMPUTER,
    .observe = observe,
    .describe = describe,
    .ecs = tc_ecs_security,
};

/* Any other Windows log: nothing is known of its events but whom they name. */
const tc_family tc_family_windows = {
    .name = "windows",
    .label = {.product = "windows"},
    .host = TC_FIELD_WE_COMPUTER,
    .describe = describe,
    .ecs = tc_ecs_windows,
};
