#include "detector/live/incident_page.h"

#include "detector/live/blob.h"

#define NAME_MAX_BYTES ((size_t)128)

/* A list of texts that are cut; what is loaded is copied. */
static void visit_name(tc_visit *v, tc_arena *arena, tc_slice *name)
{
    tc_slice text = tc_slice_sub(*name, 0, NAME_MAX_BYTES);
    tc_visit_text(v, &text, NAME_MAX_BYTES);
    if (!tc_visit_loads(v)) return;
    if (!tc_arena_copy(arena, text, name)) tc_visit_fail(v, TC_ENOMEM, "no memory for a page");
}

static void visit_names(tc_visit *v, tc_arena *arena, tc_slice *names, size_t *count)
{
    tc_visit_count(v, count, TC_PAGE_LIST);
    for (size_t i = 0; i < *count; i++)
        visit_name(v, arena, &names[i]);
}

static void visit_text(tc_visit *v, tc_arena *arena, tc_slice *text)
{
    tc_slice whole = *text;
    tc_visit_text(v, &whole, TC_PAGE_TEXT);
    if (!tc_visit_loads(v)) return;
    if (!tc_arena_copy(arena, whole, text)) tc_visit_fail(v, TC_ENOMEM, "no memory for a page");
}

static void visit_page(tc_incident_page *p, tc_arena *arena, tc_visit *v)
{
    visit_names(v, arena, p->rules, &p->rule_count);
    visit_names(v, arena, p->mailboxes, &p->mailbox_count);
    tc_visit_count(v, &p->source_count, TC_PAGE_LIST);
    for (size_t i = 0; i < p->source_count; i++) {
        tc_visit_ip(v, &p->sources[i].ip);
        visit_name(v, arena, &p->sources[i].agent);
    }
    tc_visit_bool(v, &p->cut);
    visit_text(v, arena, &p->text);
    visit_text(v, arena, &p->json);
}

TC_STATUS tc_incident_page_save(const tc_incident_page *page, tc_str *out, tc_error *reterr)
{
    tc_blob blob;
    tc_incident_page copy = *page;
    if (tc_blob_save(&blob, out, "page", 1)) visit_page(&copy, NULL, blob.visit);
    return tc_blob_end(&blob, reterr);
}

TC_STATUS tc_incident_page_load(tc_slice bytes, tc_arena *arena, tc_incident_page *ret,
                                tc_error *reterr)
{
    tc_blob blob;
    *ret = (tc_incident_page){.cut = false};
    if (tc_blob_load(&blob, bytes, "page", 1)) visit_page(ret, arena, blob.visit);
    return tc_blob_end(&blob, reterr);
}

TC_STATUS tc_incident_row_save(const tc_board_row *row, tc_str *out, tc_error *reterr)
{
    tc_blob blob;
    tc_board_row copy = *row;
    if (tc_blob_save(&blob, out, "incident", 1)) tc_board_row_visit(&copy, blob.visit);
    return tc_blob_end(&blob, reterr);
}

TC_STATUS tc_incident_row_load(tc_slice bytes, tc_board_row *ret, tc_error *reterr)
{
    tc_blob blob;
    *ret = (tc_board_row){.shown = TC_TIME_NONE};
    if (tc_blob_load(&blob, bytes, "incident", 1)) tc_board_row_visit(ret, blob.visit);
    return tc_blob_end(&blob, reterr);
}
