/* SEE: what an incident has in common with one that was told before it: whoever works on the one
 * must know of the other. */
#include "detector/output/text_block.h"

#include "parsers/base/hash.h"

#define SHOWN 4 /* the gravest: they stand first */

static uint64_t agent_of(const tc_facts *f)
{
    return f->agent.len ? tc_content_hash(f->agent) : 0;
}

void tc_told_remember(tc_output *output, const tc_facts *f)
{
    const tc_alert *a = f->alert;
    tc_page_state *page = &output->page;
    if (page->told_count == TC_COUNT_OF(page->told)) return;
    tc_told *t = &page->told[page->told_count++];
    t->number = page->number;
    t->agent = agent_of(f);
    for (size_t i = 0; i < a->source_count && i < TC_TOLD_SOURCES; i++)
        t->sources[t->source_count++] = a->sources[i].ip;
    for (size_t i = 0; i < a->mailbox_count && a->mailbox_count <= TC_TOLD_NAMES; i++) {
        if (tc_slice_find(a->mailboxes[i].name, '\n') != TC_NPOS) continue;
        tc_str_add(&t->names, tc_slice_sub(a->mailboxes[i].name, 0, TC_TOLD_NAME));
        tc_str_add_byte(&t->names, '\n');
    }
    tc_output_note_failure(output, tc_str_status(&t->names).code);
}

/* -- in common ------------------------------------------------------------------------------ */

static size_t shared_sources(const tc_told *t, const tc_alert *a, tc_ip *ret_first)
{
    size_t shared = 0;
    for (size_t i = 0; i < a->source_count; i++) {
        bool in = false;
        for (size_t k = 0; k < t->source_count && !in; k++)
            in = tc_ip_equal(t->sources[k], a->sources[i].ip);
        if (in && shared++ == 0) *ret_first = a->sources[i].ip;
    }
    return shared;
}

static size_t shared_mailboxes(const tc_told *t, const tc_alert *a, tc_slice *ret_first)
{
    size_t shared = 0;
    for (size_t i = 0; i < a->mailbox_count; i++) {
        bool in = false;
        for (tc_slice rest = tc_str_view(&t->names); rest.len && !in;)
            in = tc_slice_equal_ascii(tc_slice_split(rest, '\n', &rest), a->mailboxes[i].name);
        if (in && shared++ == 0) *ret_first = a->mailboxes[i].name;
    }
    return shared;
}

static void add_common(tc_str *text, size_t start, const char *what)
{
    tc_str_add(text, text->len == start ? TC_LIT(" has the same ") : TC_LIT(", the same "));
    tc_str_add(text, tc_slice_of(what));
}

/* "Incident 1 has the same address 203.0.113.7, the same mailbox anna." False: nothing of that. */
static bool compare(const tc_told *t, const tc_facts *f, bool agent, tc_str *text)
{
    char ip[TC_IP_TEXT];
    tc_ip address;
    tc_slice name = TC_EMPTY_SLICE;
    size_t sources = shared_sources(t, f->alert, &address);
    size_t mailboxes = shared_mailboxes(t, f->alert, &name);
    if (sources == 0 && mailboxes == 0) return false;
    tc_str_addf(text, "%sIncident %zu", text->len ? " " : "", t->number);
    size_t start = text->len;
    if (sources) add_common(text, start, sources == 1 ? "address " : "addresses ");
    if (sources == 1) tc_str_add(text, tc_slice_of(tc_ip_format(address, ip)));
    if (sources > 1) tc_str_addf(text, "(%zu of them)", sources);
    if (agent) add_common(text, start, "browser");
    if (mailboxes) add_common(text, start, mailboxes == 1 ? "mailbox " : "mailboxes ");
    if (mailboxes == 1) tc_str_add(text, tc_slice_sub(name, 0, TC_TOLD_NAME));
    if (mailboxes > 1) tc_str_addf(text, "(%zu of them)", mailboxes);
    tc_str_add_byte(text, '.');
    return true;
}

/* "Incidents 2, 7 and 8 have the same browser." */
static void add_agents(const size_t *numbers, size_t count, tc_str *text)
{
    for (size_t i = 0; i < count; i++) {
        const char *first = count > 1 ? "Incidents " : "Incident ";
        tc_str_addf(text, "%s%s%zu", i == 0 && text->len ? " " : "",
                    i == 0           ? first
                    : i + 1 == count ? " and "
                                     : ", ",
                    numbers[i]);
    }
    if (count) tc_str_add(text, count > 1 ? TC_LIT(" have") : TC_LIT(" has"));
    if (count) tc_str_add(text, TC_LIT(" the same browser."));
}

void tc_block_see(tc_output *output, const tc_facts *f, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    size_t only_agent[TC_TOLD_INCIDENTS], count = 0, told = 0;
    for (size_t i = 0; i < output->page.told_count && told < SHOWN; i++) {
        const tc_told *t = &output->page.told[i];
        bool agent = t->agent && t->agent == agent_of(f);
        if (compare(t, f, agent, text))
            told++;
        else if (agent)
            only_agent[count++] = t->number;
    }
    add_agents(only_agent, count, text);
    if (text->len) tc_block_text(output, "SEE", tc_str_view(text), out);
}
