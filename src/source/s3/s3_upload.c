/*
 * s3_upload.c
 *		The texts of multipart uploads.
 */
#include "source/s3/s3_upload.h"

#include <stdlib.h>
#include <string.h>

#include "source/aws/aws_xml.h"
#include "source/aws/sigv4.h"
#include "source/s3/s3_listing.h"

static bool ReadUpload(S3OpenUpload *upload, const xmlNode *node);
static char *ReadMarker(const xmlNode *root, const char *name);
static bool IsName(const char *name);
static void AppendEscaped(TextBuffer *text, const char *value);

/* "uploads=" begins one. */
char *
S3UploadBeginQuery(void)
{
	return strdup("uploads=");
}

/* The n-th part of an upload. */
char *
S3UploadPartQuery(int part, const char *upload_id)
{
	TextBuffer query;

	TextBufferInit(&query);
	TextBufferPrint(&query, "partNumber=%d&uploadId=", part);
	SigV4Encode(&query, upload_id, false);
	return TextBufferTake(&query);
}

/* An upload as a whole. */
char *
S3UploadQuery(const char *upload_id)
{
	TextBuffer query;

	TextBufferInit(&query);
	TextBufferAppend(&query, "uploadId=");
	SigV4Encode(&query, upload_id, false);
	return TextBufferTake(&query);
}

/* The uploads below a prefix, from the ones behind the markers on. */
char *
S3UploadListQuery(const char *prefix, const char *key_marker, const char *id_marker)
{
	TextBuffer query;

	TextBufferInit(&query);
	TextBufferAppend(&query, "encoding-type=url");
	if (key_marker != NULL)
	{
		TextBufferAppend(&query, "&key-marker=");
		SigV4Encode(&query, key_marker, false);
	}

	TextBufferAppend(&query, "&prefix=");
	SigV4Encode(&query, prefix, false);
	if (key_marker != NULL && id_marker != NULL)
	{
		TextBufferAppend(&query, "&upload-id-marker=");
		SigV4Encode(&query, id_marker, false);
	}

	TextBufferAppend(&query, "&uploads=");

	return TextBufferTake(&query);
}

/* Reads <InitiateMultipartUploadResult>. */
char *
S3UploadReadId(const char *xml, size_t length)
{
	xmlDoc *document = AwsXmlParse(xml, length);
	char *id = NULL;

	if (document == NULL)
		return NULL;

	id = AwsXmlText(AwsXmlChild(xmlDocGetRootElement(document), "UploadId"));
	xmlFreeDoc(document);
	if (id != NULL && id[0] == '\0')
	{
		free(id);
		id = NULL;
	}

	return id;
}

/* Prints <CompleteMultipartUpload>. */
char *
S3UploadCompletion(char *const *etags, int count, size_t *length)
{
	TextBuffer text;

	TextBufferInit(&text);
	TextBufferAppend(&text, "<CompleteMultipartUpload>");
	for (int i = 0; i < count; i++)
	{
		TextBufferPrint(&text, "<Part><PartNumber>%d</PartNumber><ETag>", i + 1);
		AppendEscaped(&text, etags[i]);
		TextBufferAppend(&text, "</ETag></Part>");
	}

	TextBufferAppend(&text, "</CompleteMultipartUpload>");
	*length = text.length;
	return TextBufferTake(&text);
}

/* Reads <ListMultipartUploadsResult>; false where it is none, or memory ran out. */
bool
S3UploadReadList(S3OpenUploads *list, const char *xml, size_t length)
{
	xmlDoc *document = AwsXmlParse(xml, length);
	xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
	int room = 0;
	bool ok = root != NULL && strcmp((const char *)root->name, "ListMultipartUploadsResult") == 0;
	char truncated[8];

	memset(list, 0, sizeof(*list));

	/* counted first, so that the list is made once */
	for (xmlNode *node = ok ? AwsXmlChild(root, "Upload") : NULL; node != NULL;
		 node = AwsXmlNext(node->next, "Upload"))
		room++;
	list->uploads = calloc((size_t)room + 1, sizeof(*list->uploads));
	ok = ok && list->uploads != NULL;
	for (xmlNode *node = ok ? AwsXmlChild(root, "Upload") : NULL; node != NULL && ok;
		 node = AwsXmlNext(node->next, "Upload"))
		ok = ReadUpload(&list->uploads[list->count++], node);
	if (ok)
	{
		/* a truncated list goes on behind these markers; without them it would begin anew */
		AwsXmlCopy(root, "IsTruncated", truncated, sizeof(truncated));
		if (strcmp(truncated, "true") == 0)
		{
			list->next_key = ReadMarker(root, "NextKeyMarker");
			list->next_id = ReadMarker(root, "NextUploadIdMarker");
		}
	}

	if (document != NULL)
		xmlFreeDoc(document);

	/* what was read up to the failure is the list's already */
	if (!ok)
		S3UploadClearList(list);
	return ok;
}

/* Releases a list. */
void
S3UploadClearList(S3OpenUploads *list)
{
	for (int i = 0; i < list->count; i++)
	{
		free(list->uploads[i].key);
		free(list->uploads[i].id);
	}

	free(list->uploads);
	free(list->next_key);
	free(list->next_id);
	memset(list, 0, sizeof(*list));
}

/* Whether the rest of a key is "[/]a=1/b=2/" and a name. */
bool
S3UploadIsOurs(const char *key, const char *prefix)
{
	size_t length = strlen(prefix);
	const char *rest = key + length;

	if (strncmp(key, prefix, length) != 0)
		return false;
	if (*rest == '/')
		rest++;
	for (const char *slash; (slash = strchr(rest, '/')) != NULL; rest = slash + 1)
		if (memchr(rest, '=', (size_t)(slash - rest)) == NULL)
			return false;
	return IsName(rest);
}

/* Reads <Upload>; its key is encoded as a form's. */
static bool
ReadUpload(S3OpenUpload *upload, const xmlNode *node)
{
	upload->key = AwsXmlText(AwsXmlChild(node, "Key"));
	upload->id = AwsXmlText(AwsXmlChild(node, "UploadId"));
	return upload->key != NULL && upload->id != NULL && S3FormDecode(upload->key);
}

/* Reads where the next page begins; NULL when the answer doesn't say. */
static char *
ReadMarker(const xmlNode *root, const char *name)
{
	char *marker = AwsXmlText(AwsXmlChild(root, name));

	if (marker != NULL && (marker[0] == '\0' || !S3FormDecode(marker)))
	{
		free(marker);
		marker = NULL;
	}

	return marker;
}

/* Whether a name is "0000_part_00...", "000..." or "manifest". */
static bool
IsName(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (strcmp(name, "manifest") == 0)
		return true;
	if (digits == 4 && strncmp(name + digits, "_part_", 6) == 0)
		return strspn(name + digits + 6, "0123456789") >= 2;

	return digits >= 3 && (name[digits] == '\0' || name[digits] == '.');
}

/* Appends a text as XML has it. */
static void
AppendEscaped(TextBuffer *text, const char *value)
{
	for (; *value != '\0'; value++)
		if (*value == '&' || *value == '<' || *value == '>')
			TextBufferPrint(text, "&#%d;", *value);
		else
			TextBufferAppendBytes(text, value, 1);
}
