/*
 * aws_xml.h
 *		The few steps from an answer of S3 or STS to its texts, over libxml2 with
 *		everything dangerous off.
 */
#ifndef SPARKIFY_AWS_XML_H
#define SPARKIFY_AWS_XML_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Parses a document: no network, no entities but XML's own five, no document
 * type, bounded depth and sizes.  NULL when it is none.  Free with xmlFreeDoc.
 */
extern xmlDoc *AwsXmlParse(const char *text, size_t length);

/* The first child element with that name, whatever its name space; or NULL. */
extern xmlNode *AwsXmlChild(const xmlNode *node, const char *name);

/* The next sibling element with that name, the node itself included; or NULL. */
extern xmlNode *AwsXmlNext(xmlNode *node, const char *name);

/* The text of a node as a string for free(); NULL when memory ran out, "" for a NULL node. */
extern char *AwsXmlText(const xmlNode *node);

/* Copies the text of a child, clipped at a character boundary; empty when there is none. */
extern void AwsXmlCopy(const xmlNode *node, const char *name, char *text, size_t size);

#endif /* SPARKIFY_AWS_XML_H */
