#include "detector/input/packing.h"

#include "detector/input/cap.h"

static const tc_packing *const packings[] = {
    &tc_packing_gzip,         &tc_packing_zstd,         &tc_packing_xz,    &tc_packing_pcap,
    &tc_packing_pcap_swapped, &tc_packing_pcap_patched, &tc_packing_pcapng};

static bool agrees(const tc_magic *magic, tc_slice head)
{
    size_t n = TC_MIN(head.len, (size_t)magic->length);
    if (n == 0 || (head.ptr[0] & magic->first_mask) != magic->bytes[0]) return false;
    return memcmp(head.ptr + 1, magic->bytes + 1, n - 1) == 0;
}

bool tc_packing_begins(const tc_packing *packing, tc_slice head)
{
    return agrees(&packing->magic, head) || agrees(&packing->other, head);
}

const tc_packing *tc_packing_of(tc_slice head)
{
    for (size_t i = 0; i < TC_COUNT_OF(packings); i++) {
        const tc_packing *p = packings[i];
        if (head.len >= p->magic.length && agrees(&p->magic, head)) return p;
        if (head.len >= p->other.length && agrees(&p->other, head)) return p;
    }
    return NULL;
}

const tc_packing *tc_packing_of_name(tc_slice name)
{
    for (size_t i = 0; i < TC_COUNT_OF(packings); i++) {
        if (packings[i]->suffix && tc_slice_ends_ascii(name, tc_slice_of(packings[i]->suffix)))
            return packings[i];
    }
    return NULL;
}

tc_slice tc_packing_strip(tc_slice name)
{
    for (size_t depth = 0; depth < TC_CAP_DEPTH; depth++) {
        const tc_packing *packing = tc_packing_of_name(name);
        if (packing) name.len -= strlen(packing->suffix);
    }
    return name;
}

void tc_packing_libraries(tc_str *out)
{
    for (size_t i = 0; i < TC_COUNT_OF(packings); i++) {
        if (!packings[i]->library) continue;
        tc_str_add(out, TC_LIT(", "));
        packings[i]->library(out);
    }
}
