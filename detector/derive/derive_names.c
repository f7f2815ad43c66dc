/* Whom a written name means, looked up as seldom as possible. */
#include "detector/derive/derive_state.h"
#include "detector/enrich/quickhash.h"

/* Two texts of one 64-bit hash would pass for one name: under a secret key nobody can make them,
 * and none will meet by chance. */
static cached_name *cache_of(tc_deriver *d, tc_slice written)
{
    uint64_t hash = tc_quick_hash(d->key, 0, written);
    cached_name *c = &d->names[hash % NAME_CACHE];
    bool fresh =
        c->name != 0 && c->hash == hash && tc_identity_serial(d->identity, c->name) == c->serial;
    if (!fresh) *c = (cached_name){.hash = hash};
    return c;
}

/* The number of a written name: to bring it to its normal form anew is the dearest part. */
uint32_t tc_derive_name(tc_deriver *d, tc_slice written)
{
    if (written.len == 0) return 0;
    cached_name *c = cache_of(d, written);
    if (c->name == 0) {
        c->name = tc_identity_name(d->identity, written);
        c->serial = tc_identity_serial(d->identity, c->name);
    }
    return c->name;
}

tc_entity tc_derive_entity(tc_deriver *d, tc_slice written)
{
    return tc_identity_root(d->identity, tc_derive_name(d, written));
}

tc_entity tc_derive_entity_known(tc_deriver *d, tc_slice written)
{
    if (written.len == 0) return 0;
    const cached_name *c = cache_of(d, written);
    if (c->name == 0) return tc_identity_find(d->identity, written);
    return tc_identity_root(d->identity, c->name);
}
