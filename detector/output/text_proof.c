/* PROOF: the lines that show it, in words, each with what it is for and where it stands. */
#include "detector/output/proof_words.h"
#include "detector/output/text_block.h"

#define RAW_SHOWN 120
#define LINES_MAX 9
#define LABEL 9
#define TIME_COLUMNS (sizeof("2011-03-09 09:41:56  ") - 1)
#define WORDS_MAX ((size_t)4096)

static tc_proof_kind kind_of(const tc_alert_evidence *e)
{
    tc_str words;
    tc_str_init(&words, WORDS_MAX);
    tc_proof_kind kind = tc_proof_words(e->text, &words);
    tc_str_done(&words);
    return kind;
}

const char *tc_block_phase(const tc_facts *f, const tc_alert_evidence *e)
{
    return tc_proof_phase(kind_of(e), e->time, f->first_access);
}

/* Below the folder that is stated once. */
static tc_slice shorter(const tc_output *output, tc_slice file)
{
    tc_slice root = tc_str_view(&output->page.root);
    return root.len && tc_slice_starts(file, root) ? tc_slice_sub(file, root.len, TC_NPOS) : file;
}

static void add_place(tc_output *output, const tc_alert_evidence *e, size_t indent, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    if (e->file.len == 0) return;
    tc_str_add(text, shorter(output, tc_slice_sub(e->file, 0, 4096)));
    if (e->line)
        tc_str_addf(text, " %s %" PRIu64, e->unit ? e->unit : "line", e->line);
    else
        tc_str_addf(text, " byte %" PRIu64, e->offset);
    tc_block_line(output, indent, tc_str_view(text), out);
}

void tc_block_evidence(tc_output *output, const tc_alert_evidence *e, const char *phase,
                       size_t indent, tc_str *out)
{
    char time[TC_TIME_TEXT];
    size_t label = phase[0] ? LABEL : 0, at = indent + label;
    tc_str *text = tc_output_compose(output);
    if (e->time != TC_TIME_NONE) tc_str_addf(text, "%.19s  ", tc_time_format_human(e->time, time));
    bool worded = tc_proof_words(e->text, text) != TC_PROOF_NONE;
    bool beside = worded && output->options.width >= 80;
    if (!worded) tc_str_add(text, tc_slice_sub(e->text, 0, RAW_SHOWN));
    tc_str_addf(out, "%*s%-*s", (int)indent, "", (int)label, phase);
    tc_page_wrap(output, at, at + (beside ? TIME_COLUMNS : 2), tc_str_view(text), out);
    add_place(output, e, at, out);
}

void tc_block_folder(tc_output *output, size_t indent, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    if (output->page.root.len == 0) return;
    tc_str_add(text, TC_LIT("files below "));
    tc_str_add(text, tc_slice_sub(tc_str_view(&output->page.root), 0, output->page.root.len - 1));
    tc_block_line(output, indent, tc_str_view(text), out);
}

/* -- all of it ------------------------------------------------------------------------------ */

/* The evidence in the order of time. */
static void sort(const tc_alert *a, const tc_alert_evidence *sorted[LINES_MAX], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = i;
        for (; at > 0 && sorted[at - 1]->time > a->evidence[i].time; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = &a->evidence[i];
    }
}

/* What the language was before cannot be seen in a line that shows what it is now. */
static void add_before(tc_output *output, const tc_facts *f, const tc_alert_evidence *e,
                       tc_str *out)
{
    char time[TC_TIME_TEXT];
    const tc_alert *a = f->alert;
    size_t at = TC_BLOCK_INDENT + LABEL;
    if (kind_of(e) == TC_PROOF_REQUEST) return; /* shows what webmail spoke, and no message */
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        if (m->previous.len == 0 || m->switched != e->time || m->switched == TC_TIME_NONE) continue;
        tc_str *text = tc_output_compose(output);
        tc_str_addf(text, "until %.16s the system messages of ",
                    tc_time_format_human(m->switched, time));
        tc_str_add(text, tc_slice_sub(tc_facts_short_name(f, m->name), 0, 256));
        tc_str_add(text, TC_LIT(" were in "));
        tc_facts_add_language(text, m->previous);
        tc_str_addf(out, "%*s%-*s", TC_BLOCK_INDENT, "", LABEL, "before");
        tc_page_wrap(output, at, at + 2, tc_str_view(text), out);
        return;
    }
}

void tc_block_proof(tc_output *output, const tc_facts *f, tc_str *out)
{
    const tc_alert *a = f->alert;
    const tc_alert_evidence *sorted[LINES_MAX];
    size_t count = TC_MIN(a->evidence_count, (size_t)LINES_MAX);
    bool below = false;
    if (count == 0) return;
    tc_str *text = tc_output_compose(output);
    tc_facts_add_count(text, count, "line", "lines");
    tc_str_add(text, TC_LIT(" of the logs"));
    if (a->alert_count > 1)
        tc_str_addf(text, "; all %zu findings with theirs: --explain", a->alert_count);
    tc_block_text(output, "PROOF", tc_str_view(text), out);
    sort(a, sorted, count);
    for (size_t i = 0; i < count; i++) {
        add_before(output, f, sorted[i], out);
        below |= shorter(output, sorted[i]->file).len != sorted[i]->file.len;
        tc_block_evidence(output, sorted[i], tc_block_phase(f, sorted[i]), TC_BLOCK_INDENT, out);
    }
    if (below) tc_block_folder(output, TC_BLOCK_INDENT, out);
}
