/*
 * options_site: values that describe the organisation: networks, mail domains, languages.
 *
 * Lists apart by commas; an empty entry is passed over, a wrong one refused with the token and the
 * nearest right one, because a network or language that is not what somebody meant changes what is
 * found without a word. Private to options_value.c.
 */
#ifndef TC_SETTINGS_OPTIONS_SITE_H
#define TC_SETTINGS_OPTIONS_SITE_H

#include "detector/settings/options.h"

#define TC_OPTION_LIST_MAX 65536

/* What an option was given. */
typedef struct tc_option_reading {
    const char *name;     /* of the option */
    const char *argument; /* NULL: none */
    tc_slice value;       /* the same */
    tc_time now;
    tc_error *error;
} tc_option_reading;

/* "--NAME: 'VALUE' is not WANTED". */
TC_STATUS tc_option_bad_value(const tc_option_reading *r, tc_slice value, const char *wanted);
TC_STATUS tc_option_add_text(tc_text_list *list, tc_slice value);

/* Each adds to the list of its type. A network has no bits set behind its prefix. */
TC_STATUS tc_option_take_cidrs(void *field, const tc_option_reading *r);
/* Names of two labels and more, without "@". */
TC_STATUS tc_option_take_domains(void *field, const tc_option_reading *r);
/* Of the form of BCP 47; whether a language is known is seen when the tables are read. */
TC_STATUS tc_option_take_languages(void *field, const tc_option_reading *r);

#endif
