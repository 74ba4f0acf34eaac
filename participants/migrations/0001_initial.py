
import django.db.models.deletion
import django.utils.timezone
import participants.models.registration
import sessions.countries
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('conversation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('name_ar', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('name_zh_hans', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('name_en', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('name_fr', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('name_ru', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('name_es', models.CharField(max_length=200, null=True, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('member_state', 'Member State'), ('observer_state', 'Observer State'), ('special', 'Special delegation'), ('igo', 'Intergovernmental organization (IGO)'), ('ngo', 'Non-governmental organization (NGO)'), ('other', 'Other observer')], max_length=15, verbose_name='kind')),
                ('list_section', models.CharField(blank=True, choices=[('member_state', 'Member State'), ('observer_state', 'Observer State'), ('special', 'Special delegation'), ('igo', 'Intergovernmental organization (IGO)'), ('ngo', 'Non-governmental organization (NGO)'), ('other', 'Other observer')], help_text='Empty: the section of its kind.', max_length=15, verbose_name='section of the list of participants')),
                ('is_accredited', models.BooleanField(default=False, help_text="On the organization's own list of members and observers.", verbose_name='accredited')),
                ('regional_group', models.CharField(blank=True, choices=[('african', 'African Group'), ('asia_pacific', 'Asia and the Pacific Group'), ('caceec', 'Group of Central Asian, Caucasus and Eastern European Countries (CACEEC)'), ('cebs', 'Group of Central European and Baltic States (CEBS)'), ('china', 'China'), ('grulac', 'Group of Latin American and Caribbean Countries (GRULAC)'), ('b', 'Group B')], max_length=15, verbose_name='regional group')),
                ('country', models.CharField(blank=True, choices=sessions.countries.country_choices, max_length=2, verbose_name='country for statistics')),
            ],
            options={
                'verbose_name': 'delegation',
                'verbose_name_plural': 'delegations',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('email_key', models.CharField(editable=False, max_length=254)),
                ('name_key', models.CharField(editable=False, max_length=220)),
                ('language', models.CharField(choices=[('ar', 'العربية'), ('zh-hans', '中文'), ('en', 'English'), ('fr', 'Français'), ('ru', 'Русский'), ('es', 'Español')], default='en', max_length=10, verbose_name='language')),
                ('person_key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created at')),
            ],
            options={
                'verbose_name': 'participant',
                'verbose_name_plural': 'participants',
                'constraints': [models.UniqueConstraint(condition=models.Q(('email_key', ''), _negated=True), fields=('email_key', 'name_key'), name='one_participant_per_address_and_name')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('unverified', 'E-mail address to be confirmed'), ('pending', 'Pending approval'), ('confirmed', 'Confirmed'), ('waiting', 'On the waiting list'), ('declined', 'Declined'), ('cancelled', 'Cancelled')], default='unverified', max_length=10, verbose_name='state')),
                ('role', models.CharField(choices=[('participant', 'Participant'), ('speaker', 'Speaker'), ('press', 'Press'), ('interpreter', 'Interpreter'), ('staff', 'Staff'), ('guest', 'Guest')], default='participant', max_length=11, verbose_name='role')),
                ('takes_place', models.BooleanField(default=True, help_text='Speakers, press, interpreters, staff and guests normally do not.', verbose_name='takes a counted place')),
                ('mode', models.CharField(choices=[('in_person', 'In person'), ('online', 'Online')], max_length=10, verbose_name='mode of participation')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('language', models.CharField(choices=[('ar', 'العربية'), ('zh-hans', '中文'), ('en', 'English'), ('fr', 'Français'), ('ru', 'Русский'), ('es', 'Español')], default='en', max_length=10, verbose_name='language')),
                ('form_of_address', models.CharField(blank=True, choices=[('mr', 'Mr.'), ('ms', 'Ms.'), ('mx', 'Mx.'), ('dr', 'Dr.'), ('prof', 'Prof.'), ('he', 'H.E.'), ('he_mr', 'H.E. Mr.'), ('he_ms', 'H.E. Ms.')], max_length=6, verbose_name='form of address')),
                ('family_name', models.CharField(max_length=100, verbose_name='family name')),
                ('given_name', models.CharField(blank=True, max_length=100, verbose_name='given name')),
                ('badge_name', models.CharField(blank=True, max_length=100, verbose_name='name on badge')),
                ('own_script_name', models.CharField(blank=True, max_length=100, verbose_name='name in own script')),
                ('organisation', models.CharField(blank=True, max_length=200, verbose_name='organization')),
                ('unit', models.CharField(blank=True, max_length=200, verbose_name='unit or department')),
                ('function', models.CharField(blank=True, max_length=200, verbose_name='function')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='city')),
                ('country', models.CharField(choices=sessions.countries.country_choices, max_length=2, verbose_name='country or territory')),
                ('category', models.CharField(choices=[('member_state', 'Member State'), ('observer', 'Observer'), ('academia', 'Academia'), ('ip_professional', 'IP professional'), ('enterprise', 'Enterprise'), ('press', 'Press'), ('individual', 'Individual')], max_length=15, verbose_name='category of participant')),
                ('rank', models.CharField(blank=True, choices=[('head', 'Head of delegation'), ('deputy', 'Deputy head of delegation'), ('delegate', 'Delegate'), ('adviser', 'Adviser')], max_length=8, verbose_name='rank in the delegation')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position in the delegation')),
                ('gender', models.CharField(blank=True, choices=[('woman', 'Woman'), ('man', 'Man'), ('other', 'Other')], max_length=5, verbose_name='gender')),
                ('time_zone', models.CharField(blank=True, max_length=50, verbose_name='time zone')),
                ('interpretation_language', models.CharField(blank=True, choices=[('ar', 'العربية'), ('zh-hans', '中文'), ('en', 'English'), ('fr', 'Français'), ('ru', 'Русский'), ('es', 'Español')], max_length=10, verbose_name='interpretation language')),
                ('wishes_to_speak', models.BooleanField(default=False, verbose_name='wishes to take the floor')),
                ('speaking_subject', models.CharField(blank=True, max_length=200, verbose_name='subject of the statement')),
                ('accessibility_needs', models.TextField(blank=True, verbose_name='accessibility needs')),
                ('needs_visa_letter', models.BooleanField(default=False, verbose_name='needs a confirmation letter for a visa')),
                ('visibility', models.CharField(choices=[('nobody', 'Nobody'), ('participants', 'Participants only'), ('everyone', 'Everyone')], default='nobody', max_length=12, verbose_name='who may see the entry')),
                ('no_photographs', models.BooleanField(default=False, verbose_name='does not wish to be photographed or filmed')),
                ('privacy_version', models.CharField(blank=True, max_length=30, verbose_name='version of the privacy notice')),
                ('decline_reason', models.CharField(blank=True, max_length=500, verbose_name='reason given')),
                ('staff_note', models.TextField(blank=True, verbose_name='staff note')),
                ('code', models.CharField(default=participants.models.registration.make_badge_code, editable=False, max_length=22, unique=True, verbose_name='badge code')),
                ('epoch', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('code_tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('queued_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='in the queue since')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='registered at')),
                ('is_demonstration', models.BooleanField(default=False, editable=False, verbose_name='demonstration')),
                ('erased_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased at')),
                ('search_key', participants.models.registration.SearchKeyField(editable=False, fields=['family_name', 'given_name', 'own_script_name', 'organisation', 'email'])),
                ('delegation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='participants.delegation', verbose_name='delegation')),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='participants.participant', verbose_name='participant')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='conversation.session', verbose_name='session')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='EmailMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('to', models.EmailField(max_length=254, verbose_name='to')),
                ('language', models.CharField(choices=[('ar', 'العربية'), ('zh-hans', '中文'), ('en', 'English'), ('fr', 'Français'), ('ru', 'Русский'), ('es', 'Español')], max_length=10, verbose_name='language')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('text', models.TextField(verbose_name='text')),
                ('html', models.TextField(blank=True, verbose_name='HTML')),
                ('attachments', models.JSONField(blank=True, default=list, verbose_name='attachments')),
                ('dedupe_key', models.CharField(max_length=100, unique=True, verbose_name='fact')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('leased', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed')], default='queued', max_length=6, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next try at')),
                ('lease', models.UUIDField(blank=True, editable=False, null=True)),
                ('last_answer', models.CharField(blank=True, max_length=500, verbose_name='last answer of the mail server')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='queued at')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent at')),
                ('registration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='emails', to='participants.registration', verbose_name='registration')),
            ],
            options={
                'verbose_name': 'mail',
                'verbose_name_plural': 'mails',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Transition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(choices=[('registered', 'Registered'), ('verified', 'E-mail address confirmed'), ('approved', 'Approved'), ('declined', 'Declined by staff'), ('promoted', 'Promoted from the waiting list'), ('admitted', 'Admitted above capacity by staff'), ('mode_changed', 'Mode of participation changed'), ('changed', 'Answers changed'), ('cancelled', 'Cancelled')], max_length=12, verbose_name='event')),
                ('from_status', models.CharField(blank=True, choices=[('unverified', 'E-mail address to be confirmed'), ('pending', 'Pending approval'), ('confirmed', 'Confirmed'), ('waiting', 'On the waiting list'), ('declined', 'Declined'), ('cancelled', 'Cancelled')], max_length=10, verbose_name='from')),
                ('to_status', models.CharField(choices=[('unverified', 'E-mail address to be confirmed'), ('pending', 'Pending approval'), ('confirmed', 'Confirmed'), ('waiting', 'On the waiting list'), ('declined', 'Declined'), ('cancelled', 'Cancelled')], max_length=10, verbose_name='to')),
                ('mode', models.CharField(choices=[('in_person', 'In person'), ('online', 'Online')], max_length=10, verbose_name='mode of participation')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason of staff')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='at')),
                ('by', models.ForeignKey(blank=True, help_text='Empty: the participant or the system.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='participants.registration', verbose_name='registration')),
            ],
            options={
                'verbose_name': 'change of state',
                'verbose_name_plural': 'changes of state',
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(fields=['session', '-id'], name='registration_of_session'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('status', 'confirmed')), fields=['session', 'mode', 'takes_place'], name='registration_place'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['session', 'mode', 'queued_at', 'id'], name='registration_waiting'),
        ),
        migrations.AddIndex(
            model_name='registration',
            index=models.Index(condition=models.Q(('status', 'unverified')), fields=['created_at'], name='registration_unverified'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['pending', 'confirmed', 'waiting'])), fields=('session', 'participant'), name='one_live_registration_per_session', violation_error_message='This person already has a registration for this session.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'unverified')), fields=('session', 'participant'), name='one_unverified_registration_per_session'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('category__in', ['member_state', 'observer']), ('delegation__isnull', False)), models.Q(models.Q(('category__in', ['member_state', 'observer']), _negated=True), ('delegation__isnull', True)), _connector='OR'), name='delegation_goes_with_the_category', violation_error_message='Member States and observers have a delegation, the other categories have none.'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'waiting'), _negated=True), ('queued_at__isnull', False), _connector='OR'), name='who_waits_has_a_place_in_the_queue'),
        ),
        migrations.AddIndex(
            model_name='emailmessage',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'leased'])), fields=['next_try_at', 'id'], name='email_due'),
        ),
    ]
