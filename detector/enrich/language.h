/*
 * language: in which language did the server speak?
 *
 * Looks only at the text before the first colon of a system message's subject. In this order: the
 * prefix catalogue (rules/tables/system-messages.tsv), then Unicode script, then, for Han, which of
 * GB 2312, Big5 and JIS can encode it. A Latin prefix that the catalogue does not know is unknown,
 * never guessed. UTF-8 that was taken for Windows-1252 is read as what it was. Languages are
 * classes: da/nb/nn is one ("da-nb"), pt-BR/pt-PT/gl is "pt", hr/bs/sr-Latn is "hr", because their
 * texts cannot be told apart.
 */
#ifndef TC_ENRICH_LANGUAGE_H
#define TC_ENRICH_LANGUAGE_H

#include "detector/enrich/message_kind.h"
#include "parsers/base/utf8.h"

typedef struct tc_language_verdict {
    tc_message_kind kind; /* as the prefix says; TC_MESSAGE_NONE if the prefix is unknown */
    tc_slice language;    /* class, "zh-Hans"; empty if unknown; lives as long as the catalogue */
    tc_script script;     /* of the prefix */
    uint8_t
        certainty; /* 0..100: 95 catalogue (verified), 80 catalogue, 70 script, 60 encodability */
    bool garbled;  /* the prefix is unknown, and characters of it are lost (garbled.h) */
    bool quoted;   /* behind RE:, FW: or the like: somebody else's system message */
} tc_language_verdict;

typedef struct tc_language_catalogue tc_language_catalogue;

TC_STATUS tc_language_catalogue_open(const char *tables_folder, tc_language_catalogue **ret,
                                     tc_error *reterr);
void tc_language_catalogue_free(tc_language_catalogue *catalogue);
/* Judges a subject; scratch is rewound by the caller. */
void tc_language_judge(const tc_language_catalogue *catalogue, tc_arena *scratch, tc_slice subject,
                       tc_language_verdict *ret);
/* The class of a BCP 47 tag or LCID number as text ("zh-CN", "2052" -> "zh-Hans"); empty if
 * unknown. */
tc_slice tc_language_class(const tc_language_catalogue *catalogue, tc_slice tag_or_lcid);
const char *tc_script_name(tc_script script);

#endif
