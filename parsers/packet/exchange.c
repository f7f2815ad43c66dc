#include "parsers/packet/exchange.h"

#include "parsers/packet/octets.h"

#define OUT_MAX ((size_t)16 << 20)
enum { COLUMN_HEAD = 4 };

void tc_exchanges_init(tc_exchanges *e)
{
    *e = (tc_exchanges){0};
    tc_str_init(&e->out, OUT_MAX);
    tc_str_add(&e->out, TC_LIT(TC_EXCHANGE_MAGIC));
}

void tc_exchanges_done(tc_exchanges *e)
{
    tc_str_done(&e->out);
}

void tc_exchanges_again(tc_exchanges *e)
{
    tc_str_clear(&e->out);
    tc_str_add(&e->out, TC_LIT(TC_EXCHANGE_MAGIC));
}

static void put(tc_exchanges *e, uint64_t number, unsigned bytes)
{
    uint8_t little[8];
    for (unsigned i = 0; i < bytes; i++)
        little[i] = (uint8_t)(number >> (8 * i));
    tc_str_add(&e->out, tc_slice_make(little, bytes));
}

void tc_exchange_begin(tc_exchanges *e, tc_exchange_kind kind, tc_time time)
{
    e->begun = e->out.len;
    put(e, 0, 4);
    put(e, kind, 4);
    put(e, (uint64_t)time, 8);
}

void tc_exchange_add(tc_exchanges *e, tc_exchange_column column, tc_slice text)
{
    if (text.len == 0) return;
    size_t used = e->out.len - e->begun, room = TC_EXCHANGE_MAX - COLUMN_HEAD;
    if (used >= room) return;
    size_t most = TC_MIN(TC_EXCHANGE_TEXT, room - used);
    e->cut += text.len > most;
    text = tc_slice_sub(text, 0, most);
    put(e, column, 2);
    put(e, text.len, 2);
    tc_str_add(&e->out, text);
}

void tc_exchange_number(tc_exchanges *e, tc_exchange_column column, uint64_t number)
{
    uint8_t digits[TC_U64_DIGITS];
    tc_exchange_add(e, column, tc_slice_of_u64(number, digits));
}

void tc_exchange_end(tc_exchanges *e)
{
    size_t length = e->out.len - e->begun;
    if (e->out.failed != TC_OK) return;
    for (unsigned i = 0; i < 4; i++)
        e->out.data[e->begun + i] = (uint8_t)(length >> (8 * i));
}

void tc_exchanges_fates(tc_exchanges *e, tc_time time, const uint8_t *fates, size_t count)
{
    if (count == 0) return;
    tc_exchange_begin(e, TC_EXCHANGE_FATES, time);
    tc_str_add(&e->out, tc_slice_make(fates, count));
    tc_exchange_end(e);
}

static uint64_t get64(const uint8_t *p)
{
    return (uint64_t)tc_le32(p + 4) << 32 | tc_le32(p);
}

size_t tc_exchange_read(tc_slice bytes, tc_exchange *ret)
{
    if (bytes.len < TC_EXCHANGE_HEAD) return 0;
    uint32_t length = tc_le32(bytes.ptr), kind = tc_le32(bytes.ptr + 4);
    if (length < TC_EXCHANGE_HEAD || length > TC_EXCHANGE_MAX || length > bytes.len) return 0;
    if (kind == 0 || kind >= TC_EXCHANGE_KINDS) return 0;
    *ret = (tc_exchange){.kind = (tc_exchange_kind)kind,
                         .length = length,
                         .time = (tc_time)get64(bytes.ptr + 8),
                         .body = tc_slice_sub(bytes, TC_EXCHANGE_HEAD, length - TC_EXCHANGE_HEAD)};
    return length;
}

tc_time tc_exchange_first_time(tc_slice head)
{
    tc_exchange e;
    if (!tc_slice_starts(head, TC_LIT(TC_EXCHANGE_MAGIC))) return TC_TIME_NONE;
    head = tc_octets_from(head, strlen(TC_EXCHANGE_MAGIC));
    while (tc_exchange_read(head, &e) > 0) {
        if (e.kind == TC_EXCHANGE_FATES) return e.time;
        head = tc_octets_from(head, e.length);
    }
    return TC_TIME_NONE;
}

bool tc_exchange_next(tc_slice *body, tc_exchange_column *ret_column, tc_slice *ret_text)
{
    if (body->len < COLUMN_HEAD) return false;
    uint16_t column = tc_le16(body->ptr), length = tc_le16(body->ptr + 2);
    if (column >= TC_EXCHANGE_COLUMNS || length > body->len - COLUMN_HEAD) return false;
    *ret_column = (tc_exchange_column)column;
    *ret_text = tc_slice_sub(*body, COLUMN_HEAD, length);
    *body = tc_octets_from(*body, COLUMN_HEAD + (size_t)length);
    return true;
}
