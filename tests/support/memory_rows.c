#include "tests/support/memory_rows.h"

#include <unistd.h>

void memory_rows_init(memory_rows *m)
{
    *m = (memory_rows){.count = 0};
    pthread_mutex_init(&m->lock, NULL);
}

void memory_rows_done(memory_rows *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->rows[i].payload);
    free(m->rows);
    pthread_mutex_destroy(&m->lock);
}

void memory_rows_put(memory_rows *m, const char *id, tc_level level, tc_slice payload)
{
    pthread_mutex_lock(&m->lock);
    if (m->count == m->capacity) {
        m->capacity = m->capacity ? 2 * m->capacity : 64;
        m->rows = realloc(m->rows, m->capacity * sizeof(*m->rows));
        if (m->rows == NULL) abort();
    }
    memory_row *row = &m->rows[m->count++];
    *row = (memory_row){.level = level, .payload = malloc(payload.len + 1)};
    if (row->payload == NULL) abort();
    snprintf(row->id, sizeof(row->id), "%s", id);
    memcpy(row->payload, payload.ptr, payload.len);
    row->payload[payload.len] = 0;
    pthread_mutex_unlock(&m->lock);
}

size_t memory_rows_count(memory_rows *m, memory_row_state state)
{
    size_t n = 0;
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < m->count; i++)
        n += m->rows[i].state == state;
    pthread_mutex_unlock(&m->lock);
    return n;
}

void memory_rows_fail(memory_rows *m, bool fails)
{
    pthread_mutex_lock(&m->lock);
    m->fails = fails;
    pthread_mutex_unlock(&m->lock);
}

bool memory_rows_wait(memory_rows *m, memory_row_state state, size_t count, unsigned seconds)
{
    for (unsigned i = 0; i < seconds * 50; i++) {
        if (memory_rows_count(m, state) >= count) return true;
        usleep(20000);
    }
    return memory_rows_count(m, state) >= count;
}

/* -- the interface --------------------------------------------------------------------------- */

static TC_STATUS answer(const memory_rows *m, tc_error *reterr)
{
    return m->fails ? tc_fail(reterr, TC_EIO, "the disk is full") : TC_SUCCESS;
}

static TC_STATUS next(void *context, uint64_t behind, tc_level least, tc_send_row *ret,
                      tc_error *reterr)
{
    memory_rows *m = context;
    ret->sequence = 0;
    pthread_mutex_lock(&m->lock);
    tc_status status = answer(m, reterr);
    size_t i = TC_MAX((size_t)behind, m->settled);
    for (; !tc_failed(status) && ret->sequence == 0 && i < m->count; i++) {
        const memory_row *row = &m->rows[i];
        if (row->state != ROW_PENDING || row->level < least) continue;
        *ret = (tc_send_row){i + 1, tc_slice_of(row->id), row->level, row->refusals,
                             tc_slice_of(row->payload)};
    }
    pthread_mutex_unlock(&m->lock);
    return status;
}

static TC_STATUS sent(void *context, const uint64_t *sequences, size_t count, tc_error *reterr)
{
    memory_rows *m = context;
    pthread_mutex_lock(&m->lock);
    tc_status status = answer(m, reterr);
    for (size_t i = 0; !tc_failed(status) && i < count; i++)
        m->rows[sequences[i] - 1].state = ROW_SENT;
    while (m->settled < m->count && m->rows[m->settled].state != ROW_PENDING)
        m->settled++;
    pthread_mutex_unlock(&m->lock);
    return status;
}

static TC_STATUS retry(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    memory_rows *m = context;
    pthread_mutex_lock(&m->lock);
    tc_status status = answer(m, reterr);
    m->rows[sequence - 1].refusals++;
    snprintf(m->rows[sequence - 1].why, sizeof(m->rows->why), "%s", why);
    pthread_mutex_unlock(&m->lock);
    return status;
}

static TC_STATUS dead(void *context, uint64_t sequence, const char *why, tc_error *reterr)
{
    memory_rows *m = context;
    pthread_mutex_lock(&m->lock);
    tc_status status = answer(m, reterr);
    m->rows[sequence - 1].state = ROW_DEAD;
    snprintf(m->rows[sequence - 1].why, sizeof(m->rows->why), "%s", why);
    pthread_mutex_unlock(&m->lock);
    return status;
}

tc_send_rows memory_rows_interface(memory_rows *m)
{
    return (tc_send_rows){m, next, sent, retry, dead};
}
