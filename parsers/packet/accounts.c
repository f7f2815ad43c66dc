#include "parsers/packet/accounts.h"

#include "parsers/packet/encoded.h"

#define UNSEEN '#' /* begins the text of a domain that is known by its handle only */

static uint64_t key_of(const tc_dialogue *d, const char *kind, tc_slice what)
{
    uint64_t key = tc_content_hash(tc_slice_of(kind));
    key = tc_content_hash_add(key, tc_slice_make(d->server.bytes, sizeof d->server.bytes));
    return tc_content_hash_add(key, what) | 1;
}

static bool recall(const tc_dialogue *d, const char *kind, tc_slice what, char *out, size_t size)
{
    const tc_remembered *found = tc_wire_recall(&d->wire->accounts, key_of(d, kind, what));
    if (found) tc_copy_text(out, size, tc_slice_make(found->text, found->length));
    return found != NULL;
}

void tc_accounts_opened(tc_dialogue *d, tc_slice handle, const char *what)
{
    tc_wire_remember(&d->wire->accounts, key_of(d, "handle", handle), tc_slice_of(what), d->time);
}

void tc_accounts_domain(tc_dialogue *d, tc_slice handle, char *out, size_t size)
{
    if (recall(d, "handle", handle, out, size)) return;
    (void)snprintf(out, size, "%c%016" PRIx64, UNSEEN, key_of(d, "handle", handle));
}

void tc_accounts_member(const char *domain, uint32_t rid, char *out, size_t size)
{
    (void)snprintf(out, size, "%.100s-%" PRIu32, domain, rid);
}

bool tc_accounts_of(tc_dialogue *d, tc_slice handle, tc_account *ret)
{
    char what[TC_WIRE_NAME + 1];
    *ret = (tc_account){.name = ""};
    if (!recall(d, "handle", handle, what, sizeof what)) return false;
    size_t dash = tc_slice_rfind(tc_slice_of(what), '-');
    if (dash == TC_NPOS) return false;
    if (!recall(d, "name", tc_slice_of(what), ret->name, sizeof ret->name))
        (void)snprintf(ret->name, sizeof ret->name, "RID%.100s", what + dash);
    if (what[0] == UNSEEN) return true;
    tc_copy_text(ret->sid, sizeof ret->sid, tc_slice_of(what));
    (void)recall(d, "name", tc_slice_make(what, dash), ret->domain, sizeof ret->domain);
    return true;
}

void tc_accounts_name(tc_dialogue *d, const char *what, tc_slice name)
{
    tc_wire_remember(&d->wire->accounts, key_of(d, "name", tc_slice_of(what)), name, d->time);
}

/* -- a client alone ------------------------------------------------------------------------- */

static uint64_t client_key(const tc_dialogue *d, const char *kind)
{
    uint8_t client[sizeof d->client.bytes + 2];
    memcpy(client, d->client.bytes, sizeof d->client.bytes);
    client[sizeof d->client.bytes] = (uint8_t)d->client_port;
    client[sizeof d->client.bytes + 1] = (uint8_t)(d->client_port >> 8);
    return key_of(d, kind, tc_slice_make(client, sizeof client));
}

void tc_accounts_looked_up(tc_dialogue *d, tc_slice name, size_t count)
{
    if (tc_dialogue_hears_server(d)) return;
    tc_wire_remember(&d->wire->accounts, client_key(d, "asked"), count == 1 ? name : TC_EMPTY_SLICE,
                     d->time);
}

void tc_accounts_makes(tc_dialogue *d, tc_slice name)
{
    if (tc_dialogue_hears_server(d)) return;
    tc_wire_remember(&d->wire->accounts, client_key(d, "opened"), name, d->time);
}

void tc_accounts_opens(tc_dialogue *d, uint32_t rid)
{
    char name[TC_WIRE_NAME + 1];
    const tc_remembered *asked = tc_wire_recall(&d->wire->accounts, client_key(d, "asked"));
    if (asked && asked->length > 0)
        tc_copy_text(name, sizeof name, tc_slice_make(asked->text, asked->length));
    else
        (void)snprintf(name, sizeof name, "RID-%" PRIu32, rid);
    tc_accounts_makes(d, tc_slice_of(name));
    tc_accounts_looked_up(d, TC_EMPTY_SLICE, 0);
}

bool tc_accounts_last(tc_dialogue *d, tc_account *ret)
{
    *ret = (tc_account){.name = ""};
    const tc_remembered *opened = tc_wire_recall(&d->wire->accounts, client_key(d, "opened"));
    if (tc_dialogue_hears_server(d) || !opened) return false;
    tc_copy_text(ret->name, sizeof ret->name, tc_slice_make(opened->text, opened->length));
    return true;
}
