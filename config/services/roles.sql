-- The three roles of Ninefold, its database and what each role may do in it.
--
-- Run by psql as a superuser, once or again: nothing is lost by running it twice.
--   NINEFOLD_OWNER_PASSWORD=… NINEFOLD_APP_PASSWORD=… NINEFOLD_BACKUP_PASSWORD=… \
--     psql --no-psqlrc --dbname postgres --file config/services/roles.sql
-- NINEFOLD_DATABASE names the database; without it the name is "ninefold".
--
--   ninefold_owner   migrates; owns the database and everything in it; serves nobody
--   ninefold_app     serves pages, API and workers; row-level security binds it; owns nothing
--   ninefold_backup  pg_dump and data migrations; row-level security does not bind it
--
-- TRUNCATE, REFERENCES and TRIGGER are granted to nobody: TRUNCATE passes row-level security by.

\set ON_ERROR_STOP on
\set database ninefold
\getenv database NINEFOLD_DATABASE
\getenv owner_password NINEFOLD_OWNER_PASSWORD
\getenv app_password NINEFOLD_APP_PASSWORD
\getenv backup_password NINEFOLD_BACKUP_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM (VALUES ('ninefold_owner'), ('ninefold_app'), ('ninefold_backup')) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- A role that was made by hand with more than it should have is put right here.
ALTER ROLE ninefold_owner
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE ninefold_app
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'app_password';
ALTER ROLE ninefold_backup
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION BYPASSRLS PASSWORD :'backup_password';

SELECT format(
    'CREATE DATABASE %I OWNER ninefold_owner TEMPLATE template0 ENCODING ''UTF8''', :'database'
)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec

ALTER DATABASE :"database" OWNER TO ninefold_owner;
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO ninefold_app, ninefold_backup;
-- Lists of the API end before the oldest transaction that is under way: also where a migration's is.
GRANT pg_read_all_stats TO ninefold_app;

\connect :"database"

ALTER SCHEMA public OWNER TO ninefold_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ninefold_app, ninefold_backup;

-- Only for what the owner makes from now on: a blanket grant on the tables that are there would
-- give back what migrations took away, such as changing the audit log.
ALTER DEFAULT PRIVILEGES FOR ROLE ninefold_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ninefold_app, ninefold_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE ninefold_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO ninefold_app, ninefold_backup;

SELECT format('CREATE EXTENSION IF NOT EXISTS %I', name)
FROM pg_available_extensions
WHERE name IN ('pg_trgm', 'unaccent', 'pg_stat_statements')
\gexec
