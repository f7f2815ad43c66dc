#include "tests/simulate/organisation/topics.h"

static const char *const topics[] = {"Minutes of the %u meeting",
                                     "Procès-verbal de la réunion %u",
                                     "Tagesordnung %u",
                                     "Re: comments on chapter %u",
                                     "TR: projet de réponse %u",
                                     "AW: Entwurf %u",
                                     "Invoice %u",
                                     "Mission %u: reimbursement",
                                     "Invitation: seminar %u",
                                     "Déjeuner jeudi %u ?",
                                     "Ricevimento %u",
                                     "Convocatoria %u",
                                     "Translation request %u",
                                     "Urgent: signature needed, file %u",
                                     "Draft \"non-paper\" %u",
                                     "Verslag vergadering %u",
                                     "Press review %u",
                                     "Question écrite E-%u",
                                     "Read: the note you asked for %u",
                                     "Accepted proposals, list %u",
                                     "Newsletter no. %u"};
static const char *const chinese_topics[] = {"会议邀请 %u", "关于合作备忘录的修改意见 %u",
                                             "代表团访问安排 %u", "回复: 日程 %u"};

void topic_draw(rng *r, bool chinese, char out[TOPIC_TEXT])
{
    const char *text = chinese ? chinese_topics[rng_below(r, TC_COUNT_OF(chinese_topics))]
                               : topics[rng_below(r, TC_COUNT_OF(topics))];
    const char *number = strstr(text, "%u");
    size_t before = number ? (size_t)(number - text) : strlen(text);
    snprintf(out, TOPIC_TEXT, "%.*s%u%s", (int)before, text, 1 + rng_below(r, 900),
             number ? number + 2 : "");
}
