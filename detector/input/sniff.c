#include "detector/input/sniff.h"

/* What the head is packed with. One that is all there is of a file cannot show its magic whole. */
static const tc_packing *packing_of(tc_slice head, bool whole, tc_slice name)
{
    const tc_packing *packing = tc_packing_of(head);
    if (packing || !whole) return packing;
    packing = tc_packing_of_name(name);
    return packing && tc_packing_begins(packing, head) ? packing : NULL;
}

TC_STATUS tc_sniff_packings(tc_stream *stream, tc_slice name, tc_sniffed *ret, tc_error *reterr)
{
    bool whole = false;
    tc_layers *layers = &ret->layers;
    *ret = (tc_sniffed){0};
    tc_slice head = tc_stream_peek(stream, &whole);
    for (size_t i = 0; i < TC_CAP_DEPTH; i++) {
        layers->packings[i] = packing_of(head, whole, name);
        if (!layers->packings[i]) break;
        TC_TRY(tc_stream_unpack(stream, layers->packings[i], reterr));
        head = tc_stream_peek(stream, &whole);
        name.len -= tc_packing_of_name(name) ? strlen(tc_packing_of_name(name)->suffix) : 0;
    }
    if (head.len > 0) memcpy(ret->magic, head.ptr, TC_MIN(head.len, sizeof ret->magic));
    ret->head = head;
    return TC_SUCCESS;
}

TC_STATUS tc_sniff_text(tc_stream *stream, tc_sniffed *sniffed, tc_error *reterr)
{
    tc_layers *layers = &sniffed->layers;
    size_t mark = 0;
    layers->encoding = tc_encoding_detect(sniffed->head, &mark);
    layers->mark = (uint32_t)mark;
    return tc_stream_decode(stream, layers->encoding, layers->mark, reterr);
}

TC_STATUS tc_sniff(tc_stream *stream, tc_slice name, tc_sniffed *ret, tc_error *reterr)
{
    TC_TRY(tc_sniff_packings(stream, name, ret, reterr));
    return tc_sniff_text(stream, ret, reterr);
}
