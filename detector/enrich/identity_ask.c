/* What a person may ask: whom a written name is likely to mean, and which names there are. */
#include "detector/enrich/identity_state.h"

tc_entity tc_identity_guess(tc_identity *t, tc_slice raw)
{
    tc_name name;
    tc_entity found = tc_identity_find(t, raw);
    if (found != 0) return found;
    tc_name_normalise(raw, &name);
    if (name.form != TC_NAME_BARE && name.form != TC_NAME_NT) return 0;
    const uint8_t *text = (const uint8_t *)name.text;
    return tc_identity_local_one(t, tc_slice_make(text + name.local_offset, name.local_length));
}

void tc_identity_each(tc_identity *t, void *context,
                      void (*visit)(void *context, tc_slice name, tc_entity root))
{
    for (uint32_t i = 1; i < t->names.count; i++)
        if (tc_identity_is_live(t, i))
            visit(context, tc_identity_text(t, i), tc_identity_group(t, i));
}
