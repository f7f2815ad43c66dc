/* The table of families. */
#include "detector/enrich/family.h"

const tc_family tc_family_none = {.name = "none"};

const tc_family *const tc_families[] = {
#define TC_FAMILY(family) &tc_family_##family,
#include "detector/enrich/families.def"
#undef TC_FAMILY
    NULL};

static bool says(const char *label, const char *wanted)
{
    return wanted == NULL || (label != NULL && strcmp(label, wanted) == 0);
}

static bool fits(const tc_logsource *label, const tc_logsource *wanted)
{
    return says(label->category, wanted->category) && says(label->product, wanted->product) &&
           says(label->service, wanted->service);
}

const tc_family *tc_family_of(const tc_family *const *table, const tc_schema *schema)
{
    for (; *table != NULL; table++)
        for (size_t i = 0; i < schema->label_count; i++)
            if (fits(&schema->labels[i], &(*table)->label)) return *table;
    return &tc_family_none;
}
