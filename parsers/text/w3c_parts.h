/*
 * w3c_parts: what logs of proxies write otherwise than IIS, made what rules ask for.
 *
 * A URI in one column is taken apart into two columns more, cs-uri-stem and cs-uri-query; the
 * percent signs that CloudFront puts into a user agent are decoded.
 */
#ifndef TC_TEXT_W3C_PARTS_H
#define TC_TEXT_W3C_PARTS_H

#include "parsers/text/w3c_row.h"

#define TC_W3C_PARTS 2 /* columns behind those of a form whose URI is taken apart */

/* Whether any of this is to be done to rows of that form. */
static inline bool tc_w3c_has_parts(const tc_w3c_form *form)
{
    return form->uri != TC_W3C_NO_COLUMN || form->coded != TC_W3C_NO_COLUMN;
}
/* Does it to the cells of a row; what is decoded lies in the arena. */
void tc_w3c_make_parts(const tc_w3c_form *form, tc_cell *cells, tc_arena *arena);

#endif
