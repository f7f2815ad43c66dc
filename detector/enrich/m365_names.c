/* What the records of Microsoft 365 and of its directory call one person. */
#include "detector/enrich/m365_record.h"

static bool is_of(tc_slice text, tc_name_form form)
{
    tc_name name;
    tc_name_normalise(text, &name);
    return name.form == form;
}

/* Numbers of mailboxes and accounts beside the address of whose they are. */
static TC_STATUS numbers(tc_enrich_worker *w, const tc_event *event)
{
    static const struct {
        tc_field_static number, of;
        tc_name_form form;
    } pairs[] = {
        {TC_FIELD_MAILBOX_GUID, TC_FIELD_MAILBOX_OWNER_UPN, TC_NAME_GUID},
        {TC_FIELD_MAILBOX_OWNER_SID, TC_FIELD_MAILBOX_OWNER_UPN, TC_NAME_SID},
        {TC_FIELD_LOGON_USER_SID, TC_FIELD_USER_ID_WRITTEN, TC_NAME_SID},
    };
    for (size_t i = 0; i < TC_COUNT_OF(pairs); i++) {
        tc_slice owner = tc_worker_field(event, (tc_field)pairs[i].of);
        tc_slice number = tc_worker_field(event, (tc_field)pairs[i].number);
        if (number.len == 0 || !tc_m365_is_person(owner)) continue;
        if (is_of(number, pairs[i].form)) TC_TRY(tc_emit_alias(w, event, owner, number));
    }
    return TC_SUCCESS;
}

/* Records of the directory have a user's object id as his key; those of Exchange another number. */
static bool is_keyed_by_object(const tc_event *event)
{
    return tc_slice_equal_ascii(tc_worker_field(event, TC_FIELD_WORKLOAD),
                                TC_LIT("AzureActiveDirectory"));
}

static TC_STATUS objects(tc_enrich_worker *w, const tc_event *event)
{
    static const struct {
        tc_field_static object, name;
        bool of_directory; /* only there it is one */
    } pairs[] = {
        {TC_FIELD_SIGNIN_OBJECT, TC_FIELD_USER_ID_WRITTEN, false},
        {TC_FIELD_ACTOR_OBJECT, TC_FIELD_ACTOR_UPN, false},
        {TC_FIELD_TARGET_OBJECT, TC_FIELD_TARGET_UPN, false},
        {TC_FIELD_USER_KEY, TC_FIELD_USER_ID_WRITTEN, true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(pairs); i++) {
        tc_slice object = tc_worker_field(event, (tc_field)pairs[i].object);
        tc_slice name = tc_worker_field(event, (tc_field)pairs[i].name);
        if (object.len == 0 || (pairs[i].of_directory && !is_keyed_by_object(event))) continue;
        if (is_of(object, TC_NAME_GUID) && tc_m365_is_person(name))
            TC_TRY(tc_emit_object(w, event, name, object));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_m365_names(tc_enrich_worker *w, const tc_event *event)
{
    TC_TRY(numbers(w, event));
    return objects(w, event);
}
