CREATE EXTENSION sparkify_dwh;
SELECT extversion FROM pg_extension WHERE extname = 'sparkify_dwh';
