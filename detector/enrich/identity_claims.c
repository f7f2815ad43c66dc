/* What a client says of names: User= of a phone, MailboxId= of a mail program.
 *
 * Whoever has one account writes into a request whom he likes, and many servers answer it. So such
 * a pair joins what is known of one person only as long as it contradicts nothing: a person has one
 * account and one address by claims, and has them for good. A server's own facts are not asked this
 * way. */
#include "detector/enrich/identity_state.h"

typedef struct holdings {
    uint32_t account, address; /* 0 = none */
} holdings;

static holdings holdings_of(const tc_identity *t, uint32_t group)
{
    holdings h = {0, 0};
    uint32_t next = tc_identity_cluster(t, group)->first_tied;
    for (uint32_t i = group; i != 0;) {
        identity_view c = tc_identity_view(t, i);
        if (h.account == 0) h.account = c.account;
        if (h.address == 0 && tc_identity_record(t, c.best)->form == TC_NAME_SMTP)
            h.address = c.best;
        if (i != group) next = c.next_tied;
        i = next;
    }
    return h;
}

/* A SID is nobody's to give in a request; taken, it would draw in whom a server pairs with it. */
static bool may_be_claimed(const tc_identity *t, uint32_t name)
{
    unsigned form = tc_identity_record(t, name)->form;
    return tc_identity_is_account(form) || form == TC_NAME_SMTP || form == TC_NAME_GUID;
}

static bool contradicts_nothing(tc_identity *t, uint32_t a, uint32_t b)
{
    if (!may_be_claimed(t, a) || !may_be_claimed(t, b)) return false;
    uint32_t group_a = tc_identity_group(t, a), group_b = tc_identity_group(t, b);
    if (group_a == group_b) return true;
    holdings one = holdings_of(t, group_a), other = holdings_of(t, group_b);
    if (one.address != 0 && other.address != 0) return false;
    return one.account == 0 || other.account == 0 ||
           tc_identity_same_account(t, one.account, other.account);
}

tc_entity tc_identity_claim_names(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed)
{
    bool known = tc_identity_is_live(t, a) && tc_identity_is_live(t, b);
    if (!known || contradicts_nothing(t, a, b))
        return tc_identity_unite_names(t, a, b, ret_absorbed);
    *ret_absorbed = 0;
    t->absorbed_value = 0;
    t->conflicts++;
    return tc_identity_root(t, a);
}
