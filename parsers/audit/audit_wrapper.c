#include "parsers/audit/audit_wrapper.h"

#define WRAPPERS_MAX 3
/* With its length: a record has forty members, each of which is held against all of these. */
#define NAME(text)                                                                                 \
    {                                                                                              \
        (const uint8_t *)(text), sizeof(text) - 1                                                  \
    }

/* Members that hold a record, as an object or as its text; the first of them counts. */
static const tc_slice wrappers[] = {NAME("AuditData"),  NAME("auditData"),   NAME("o365audit"),
                                    NAME("properties"), NAME("_source"),     NAME("_raw"),
                                    NAME("result"),     NAME("original"),    NAME("event"),
                                    NAME("message"),    NAME("RawEventData")};

/* Names that records have. */
enum {
    OPERATION = 1u << 0,
    CREATION = 1u << 1,
    WHO = 1u << 2,
    SIGNIN_TIME = 1u << 3,
    SIGNIN_USER = 1u << 4,
    SIGNIN_FROM = 1u << 5,
    TYPE = 1u << 6,
    ACTIVITY = 1u << 7,
    ACTIVITY_TIME = 1u << 8,
    ACTIVITY_WHOSE = 1u << 9,
    ROW_TIME = 1u << 10,
    ROW_WORKLOAD = 1u << 11,
    ROW_USER = 1u << 12,
    ROW_FROM = 1u << 13,
    ROW_RESULT = 1u << 14
};
static const struct {
    tc_slice name;
    unsigned bit;
} marks[] = {
    {NAME("Operation"), OPERATION},
    {NAME("CreationTime"), CREATION},
    {NAME("UserId"), WHO},
    {NAME("Workload"), WHO},
    {NAME("RecordType"), TYPE},
    {NAME("createdDateTime"), SIGNIN_TIME},
    {NAME("userPrincipalName"), SIGNIN_USER},
    {NAME("ipAddress"), SIGNIN_FROM},
    {NAME("appDisplayName"), SIGNIN_FROM},
    /* Graph's members, and with large letters those of its PowerShell and of Log Analytics. */
    {NAME("activityDisplayName"), ACTIVITY},
    {NAME("ActivityDisplayName"), ACTIVITY},
    {NAME("activityDateTime"), ACTIVITY_TIME},
    {NAME("ActivityDateTime"), ACTIVITY_TIME},
    {NAME("initiatedBy"), ACTIVITY_WHOSE},
    {NAME("InitiatedBy"), ACTIVITY_WHOSE},
    {NAME("targetResources"), ACTIVITY_WHOSE},
    {NAME("TargetResources"), ACTIVITY_WHOSE},
    /* Tables of Log Analytics; sign-ins of Graph's PowerShell. */
    {NAME("TimeGenerated"), ROW_TIME},
    {NAME("CreatedDateTime"), ROW_TIME},
    {NAME("OfficeWorkload"), ROW_WORKLOAD},
    {NAME("UserPrincipalName"), ROW_USER},
    {NAME("IPAddress"), ROW_FROM},
    {NAME("IpAddress"), ROW_FROM},
    {NAME("ResultType"), ROW_RESULT},
    {NAME("Status"), ROW_RESULT},
};

typedef struct look {
    unsigned seen;
    size_t wrapper; /* index of the best one */
    tc_slice value;
} look;

static inline bool is_name(tc_slice key, tc_slice name)
{
    return key.len == name.len && memcmp(key.ptr, name.ptr, name.len) == 0;
}

static bool look_at(tc_slice object, look *ret)
{
    tc_json r;
    tc_json_value value;
    tc_slice key, text;
    *ret = (look){.wrapper = TC_COUNT_OF(wrappers)};
    tc_json_init(&r, object);
    if (!tc_json_value_next(&r, &value) || value.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(&r, &key)) {
        if (!tc_json_skip(&r, &text)) return false;
        for (size_t i = 0; i < TC_COUNT_OF(marks); i++)
            if (is_name(key, marks[i].name)) ret->seen |= marks[i].bit;
        for (size_t i = 0; i < ret->wrapper; i++)
            if (is_name(key, wrappers[i])) {
                ret->wrapper = i;
                ret->value = text;
            }
    }
    return !tc_json_failed(&r);
}

tc_slice tc_audit_json_in(tc_arena *arena, tc_slice value)
{
    value = tc_slice_trim(value);
    if (tc_slice_equal(value, TC_LIT("null"))) return TC_EMPTY_SLICE;
    if (value.len < 2 || value.ptr[0] != '"') return value;
    if (!tc_json_decode(arena, tc_slice_sub(value, 1, value.len - 2), &value))
        return TC_EMPTY_SLICE;
    return tc_slice_trim(value);
}

/* The object that a member's value is, or that its text reads. */
static bool object_in(tc_arena *arena, tc_slice value, tc_slice *ret)
{
    *ret = tc_audit_json_in(arena, value);
    return ret->len > 0 && ret->ptr[0] == '{';
}

/* What has all of these names is a record of that kind; the first counts. */
static const struct {
    unsigned names;
    tc_audit_kind kind;
} kinds[] = {
    {OPERATION | CREATION | WHO, TC_AUDIT_OPERATION},
    {CREATION | TYPE, TC_AUDIT_OPERATION},
    {SIGNIN_TIME | SIGNIN_USER | SIGNIN_FROM, TC_AUDIT_SIGNIN},
    {ACTIVITY | ACTIVITY_TIME | ACTIVITY_WHOSE, TC_AUDIT_DIRECTORY},
    {OPERATION | ROW_TIME | ROW_WORKLOAD, TC_AUDIT_ACTIVITY_ROW},
    {ROW_TIME | ROW_USER | ROW_FROM | ROW_RESULT, TC_AUDIT_SIGNIN_ROW},
};

tc_audit_kind tc_audit_find(tc_arena *arena, tc_slice text, tc_slice *ret)
{
    *ret = text;
    for (size_t depth = 0;; depth++) {
        look found;
        if (!look_at(*ret, &found)) return TC_AUDIT_NONE;
        for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
            if ((found.seen & kinds[i].names) == kinds[i].names) return kinds[i].kind;
        if (depth == WRAPPERS_MAX || found.wrapper == TC_COUNT_OF(wrappers)) return TC_AUDIT_NONE;
        if (!object_in(arena, found.value, ret)) return TC_AUDIT_NONE;
    }
}
