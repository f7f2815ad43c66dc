#include "detector/pipeline/channel.h"

#define MESSAGE_MAX ((size_t)1 << 30)
#define SPOOL_MEMORY ((size_t)1 << 20)

/* A message in the spool: this, and the text. */
typedef struct frame {
    uint32_t length;
    char id[32]; /* zeros behind a shorter one */
} frame;

TC_STATUS tc_channel_open(tc_channel *c, const tc_sender *sender, const char *target, bool needed,
                          tc_error *reterr)
{
    *c = (tc_channel){.sender = sender, .needed = needed};
    tc_str_init(&c->text, MESSAGE_MAX);
    return sender->open(target, &c->state, reterr);
}

void tc_channel_done(tc_channel *c)
{
    if (c->sender == NULL) return;
    if (c->state != NULL) c->sender->abandon(c->state);
    tc_output_free(c->output);
    tc_spool_free(c->spool);
    tc_spool_free(c->details);
    tc_str_done(&c->text);
    *c = (tc_channel){.sender = NULL};
}

TC_STATUS tc_channel_begin(tc_channel *c, const tc_output_options *options,
                           const char *spill_folder, tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    if (c->spool == NULL) c->spool = tc_spool_new(SPOOL_MEMORY, spill_folder);
    if (c->details == NULL) c->details = tc_spool_new(SPOOL_MEMORY, spill_folder);
    tc_output_free(c->output);
    c->output = tc_output_new(options);
    if (c->spool == NULL || c->details == NULL || c->output == NULL)
        return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_spool_clear(c->spool);
    tc_spool_clear(c->details);
    return TC_SUCCESS;
}

/* -- sending -------------------------------------------------------------------------------- */

static TC_STATUS send_one(tc_channel *c, tc_slice text, tc_slice id, tc_error *reterr)
{
    tc_error error = {.code = TC_OK};
    tc_status status = c->sender->send(c->state, text, id, &error);
    if (!tc_failed(status)) return TC_SUCCESS;
    if (c->needed) {
        *reterr = error;
        return status;
    }
    if (c->unsent++ == 0) c->why = error;
    return TC_SUCCESS;
}

static TC_STATUS send_text(tc_channel *c, tc_error *reterr)
{
    tc_status status = tc_str_status(&c->text);
    if (!tc_failed(status) && c->text.len > 0)
        status = send_one(c, tc_str_view(&c->text), TC_EMPTY_SLICE, reterr);
    tc_str_clear(&c->text);
    return status;
}

TC_STATUS tc_channel_inventory(tc_channel *c, const tc_summary *summary, bool again,
                               tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    tc_output_inventory(c->output, summary, &c->text);
    if (!again) return send_text(c, reterr);
    tc_str_clear(&c->text);
    return TC_SUCCESS;
}

TC_STATUS tc_channel_head(tc_channel *c, const tc_summary *summary, tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    tc_output_head(c->output, summary, &c->text);
    return send_text(c, reterr);
}

/* -- the spool ------------------------------------------------------------------------------ */

static TC_STATUS spool(tc_channel *c, tc_spool *into, const char *id, tc_error *reterr)
{
    frame f = {.length = (uint32_t)c->text.len};
    memcpy(f.id, id, TC_MIN(strlen(id), sizeof(f.id)));
    TC_TRY(tc_spool_add(into, tc_slice_make(&f, sizeof(f)), reterr));
    return tc_spool_add(into, tc_str_view(&c->text), reterr);
}

TC_STATUS tc_channel_alert(tc_channel *c, const tc_alert *alert, tc_time now, tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    tc_output_alert(c->output, alert, now, &c->text);
    tc_status status = tc_str_status(&c->text);
    tc_spool *into = tc_output_is_detail(c->output, alert) ? c->details : c->spool;
    if (!tc_failed(status) && c->text.len > 0) status = spool(c, into, alert->id, reterr);
    tc_str_clear(&c->text);
    return status;
}

/* Sends the first message of what was read back; false if it is not whole yet. */
static bool send_first(tc_channel *c, tc_slice *held, tc_status *status, tc_error *reterr)
{
    frame f;
    if (held->len < sizeof(f)) return false;
    memcpy(&f, held->ptr, sizeof(f));
    if (held->len - sizeof(f) < f.length) return false;
    tc_slice id = tc_slice_make(f.id, strnlen(f.id, sizeof(f.id)));
    *status = send_one(c, tc_slice_sub(*held, sizeof(f), f.length), id, reterr);
    *held = tc_slice_sub(*held, sizeof(f) + f.length, TC_NPOS);
    return !tc_failed(*status);
}

/* Takes what comes back from the spool, cut anywhere; keeps in c->text what is no whole message. */
static TC_STATUS take_back(void *context, tc_slice text, tc_error *reterr)
{
    tc_channel *c = context;
    tc_status status = TC_SUCCESS;
    tc_str_add(&c->text, text);
    TC_TRY(tc_str_status(&c->text));
    tc_slice held = tc_str_view(&c->text);
    while (send_first(c, &held, &status, reterr))
        ;
    if (held.len > 0) memmove(c->text.data, held.ptr, held.len);
    c->text.len = held.len;
    return status;
}

TC_STATUS tc_channel_deliver(tc_channel *c, tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    TC_TRY(tc_spool_copy(c->spool, take_back, c, reterr));
    TC_ASSERT(c->text.len == 0);
    TC_TRY(tc_spool_copy(c->details, take_back, c, reterr));
    TC_ASSERT(c->text.len == 0);
    tc_str_clear(&c->text);
    return c->sender->flush(c->state, reterr);
}

TC_STATUS tc_channel_end(tc_channel *c, const tc_summary *summary, tc_time now, tc_error *reterr)
{
    if (c->sender == NULL) return TC_SUCCESS;
    tc_output_summary(c->output, summary, now, &c->text);
    TC_TRY(send_text(c, reterr));
    void *state = c->state;
    c->state = NULL;
    return c->sender->close(state, reterr);
}
